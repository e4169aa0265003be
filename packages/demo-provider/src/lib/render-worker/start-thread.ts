import { Worker } from "node:worker_threads";

/**
 * Starts the render thread of a build. From TypeScript sources the thread fails, because Node would strip their types with
 * WebAssembly. V8 of Node 24 sometimes crashes the process if several threads run the same WebAssembly module.
 *
 * The flags and the environment of the host do not apply to the thread: modules of `--import` run in the host only.
 */
export function startThread(): Worker {
  // The build puts this module at the top of `dist`, and the thread at the path of its source.
  const entry = new URL("./lib/render-worker/thread.js", import.meta.url);
  // Rendering creates many short-lived colors. A large young generation is collected rarely.
  const resourceLimits = { maxYoungGenerationSizeMb: 48 };
  return new Worker(entry, { name: "safelight-demo", execArgv: [], env: {}, resourceLimits });
}
