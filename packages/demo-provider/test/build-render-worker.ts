import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

/** The render worker as a build contains it. */
export interface BuiltRenderWorker {
  /** Path of the module, which exports `createRenderWorker` and `startThread`. */
  readonly path: string;
  /** URL of the thread. */
  readonly threadUrl: string;
  readonly startThread: typeof import("../src/lib/render-worker/start-thread.js").startThread;
}

const source = (path: string): string => fileURLToPath(new URL(`../src/lib/render-worker/${path}`, import.meta.url));

/** Bundles the render worker and its thread into a folder, with the layout of `dist`. */
export async function buildRenderWorker(folder: string): Promise<BuiltRenderWorker> {
  const contents = 'export * from "./render-worker.js"; export * from "./start-thread.js";';
  const common = { bundle: true, format: "esm", platform: "node" } as const;
  const path = join(folder, "render-worker.mjs");
  await build({ ...common, stdin: { contents, resolveDir: source(".") }, outfile: path });
  const thread = join(folder, "lib/render-worker/thread.js");
  await build({ ...common, entryPoints: [source("thread.ts")], outfile: thread });
  // The module has the exports of `contents`.
  const { startThread } = (await import(pathToFileURL(path).href)) as Pick<BuiltRenderWorker, "startThread">;
  return { path, threadUrl: pathToFileURL(thread).href, startThread };
}
