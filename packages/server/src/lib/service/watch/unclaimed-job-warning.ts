import type { GenerationRecord } from "../../generation/generation-record.js";
import type { Logger } from "../../ports/logger.js";

/** If a generation is still unclaimed after this long, probably no worker is running. */
const unclaimedAfterMs = 60_000;

/** Logs a warning when submitted generations stay unclaimed. A missing worker causes no error, so nothing else reports it. */
export interface UnclaimedJobWarning {
  /**
   * Checks generations that a request has read for its response.
   *
   * @param now epoch milliseconds.
   */
  check(generations: readonly GenerationRecord[], now: number): void;
}

/**
 * Creates the check. It warns once per process.
 *
 * @param options.isWorking whether a worker of this process is running: a waiting generation then waits for a free slot.
 */
export function createUnclaimedJobWarning(options: {
  readonly logger: Logger;
  readonly isWorking: () => boolean;
}): UnclaimedJobWarning {
  let hasWarned = false;
  return {
    check: (generations, now) => {
      if (hasWarned || options.isWorking()) return;
      const unclaimed = generations.find(
        ({ state, epoch, createdAt }) => state === "queued" && epoch === 0 && now - createdAt >= unclaimedAfterMs,
      );
      if (unclaimed === undefined) return;
      hasWarned = true;
      options.logger.warn(
        "No worker has claimed a waiting generation. Call `safelight.worker.start()` in a long-lived process that uses " +
          'this database, or set `worker.mode` to "request" if there is none. If workers are running, they have no free ' +
          "slot or do not know its model.",
        { generationId: unclaimed.id, model: unclaimed.model, waitingForMs: now - unclaimed.createdAt },
      );
    },
  };
}
