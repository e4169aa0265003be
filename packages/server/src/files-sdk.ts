/**
 * Keeps the bytes of outputs and previews wherever `files-sdk` has an adapter for.
 *
 * @module
 */
export {
  type DownloadedFile,
  type FilePage,
  type FilesClient,
  type FilesSdkStorageOptions,
  filesSdkStorage,
  type ListedFile,
} from "./lib/storage/files-sdk-storage.js";
