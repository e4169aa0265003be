/**
 * Fields for schemas of zod: pictures as inputs.
 *
 * @module
 */
export { imageInput } from "./lib/model/image-input.js";
