/**
 * Keeps the bytes of outputs and previews in a bucket of S3, or of a service that speaks its protocol.
 *
 * @module
 */
export { type S3StorageOptions, s3Storage } from "./lib/storage/s3/s3-storage.js";
