/**
 * Stores the bytes of outputs, previews and uploads as files.
 *
 * @module
 */
export { type FileStorageOptions, fileStorage } from "./lib/storage/file-storage.js";
