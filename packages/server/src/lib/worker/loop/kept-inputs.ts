import type { WorkerContext } from "../context/worker-context.js";
import type { Kept } from "./retention.js";

/** Interval between two purges. */
const intervalMs = 3_600_000;
/** Images of one commit: it blocks other commits no longer than a few submits do. */
const batch = 50;

/** Purges uploaded images to which no submit has referred for `unusedForMs`. */
export function keptInputs({ store }: Pick<WorkerContext, "store">, unusedForMs: number): Kept {
  return {
    name: "Uploaded pictures",
    async forget(signal) {
      let forgotten = 0;
      for (let isMore = true; isMore && !signal.aborted; ) {
        const count = await store.purgeInputs({ unusedForMs, limit: batch });
        forgotten += count;
        isMore = count === batch;
      }
      return { forgotten, nextInMs: intervalMs };
    },
  };
}
