/**
 * Stores the bytes of outputs and previews in a bucket of Cloudflare R2, through its binding in a Worker.
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
