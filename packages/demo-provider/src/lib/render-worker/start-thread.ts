import { Worker } from "node:worker_threads";

/** Starts the thread that draws. It keeps the process alive as any worker does; the darkroom decides otherwise. */
export function startThread(): Worker {
  // A build puts this module into a file at the top of `dist`, and the thread's entry at the place of its source.
  const isSource = import.meta.url.endsWith(".ts");
  const entry = isSource ? "./thread-from-source.ts" : "./lib/render-worker/thread.js";
  // Drawing leaves many small colors behind. With room for them, they are swept away rarely and all at once.
  const resourceLimits = { maxYoungGenerationSizeMb: 48 };
  return new Worker(new URL(entry, import.meta.url), { name: "safelight-demo", resourceLimits });
}
