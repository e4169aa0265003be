/**
 * Stores the bytes of outputs, previews and uploads through an adapter of `files-sdk`.
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
