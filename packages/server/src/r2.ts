/**
 * Stores the bytes of outputs, previews and uploads in a bucket of Cloudflare R2, through its binding in a Worker.
 *
 * @module
 */
export {
  type R2Binding,
  type R2BindingObject,
  type R2BindingPage,
  type R2StorageOptions,
  r2Storage,
} from "./lib/storage/r2-storage.js";
