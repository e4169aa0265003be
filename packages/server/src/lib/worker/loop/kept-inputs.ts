import type { WorkerContext } from "../context/worker-context.js";
import type { Kept } from "./retention.js";

/** How often it is looked whether there is something to forget. */
const intervalMs = 3_600_000;
/** Pictures of one commit: it keeps others waiting for no longer than a few submits would. */
const batch = 50;

/** Uploaded pictures that no submit has referred to for so long. */
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
