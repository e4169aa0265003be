/**
 * Stores the bytes of outputs, previews and uploads in a bucket of S3, or of a service with the same protocol.
 *
 * @module
 */
export { type S3StorageOptions, s3Storage } from "./lib/storage/s3/s3-storage.js";
