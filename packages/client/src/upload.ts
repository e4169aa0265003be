/**
 * Uploads with progress, for browsers and React Native.
 *
 * @module
 */
export { type UploadProgressOptions, uploadWithProgress } from "./lib/upload-with-progress.js";
