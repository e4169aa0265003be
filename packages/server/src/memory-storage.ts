/**
 * Keeps the bytes of outputs and previews in memory, for tests and first steps.
 *
 * @module
 */
export { memoryStorage } from "./lib/storage/memory-storage.js";
