/**
 * Keeps the bytes of outputs and previews as files.
 *
 * @module
 */
export { type FileStorageOptions, fileStorage } from "./lib/storage/file-storage.js";
