/**
 * Fields for schemas of zod: images as inputs.
 *
 * @module
 */
export { imageInput } from "./lib/model/image-input.js";
