import type { WorkerContext } from "../context/worker-context.js";
import type { Purge } from "./retention.js";

/** Interval between two purges, in milliseconds. */
const intervalMs = 3_600_000;
/** Uploads of one commit: it blocks other commits no longer than a few submits do. */
const batchSize = 50;

/** Purges uploads to which no submit has referred for `unusedForMs`. */
export function inputPurge({ store }: Pick<WorkerContext, "store">, unusedForMs: number): Purge {
  return {
    rows: "uploads",
    async run(signal) {
      let purged = 0;
      for (let isMore = true; isMore && !signal.aborted; ) {
        const count = await store.purgeInputs({ unusedForMs, limit: batchSize });
        purged += count;
        isMore = count === batchSize;
      }
      return { purged, nextInMs: intervalMs };
    },
  };
}
