/**
 * Stores the bytes of outputs, previews and uploads in memory, for tests and first steps.
 *
 * @module
 */
export { memoryStorage } from "./lib/storage/memory-storage.js";
