import type { GenerationRecord } from "../../generation/generation-record.js";
import type { Logger } from "../../ports/logger.js";

/** A generation that was not claimed once in this time may wait for nobody. */
const patienceMs = 60_000;

/** Notices that nobody advances what was submitted, which nothing else would tell: there is no error in it. */
export interface UnclaimedJobWarning {
  /**
   * To be called with what was read anyway.
   *
   * @param now epoch milliseconds.
   */
  look(generations: readonly GenerationRecord[], now: number): void;
}

/**
 * Makes a watch that warns once.
 *
 * @param options.isWorking whether a worker of this process is at it: what waits then waits for room.
 */
export function createUnclaimedJobWarning(options: {
  readonly logger: Logger;
  readonly isWorking: () => boolean;
}): UnclaimedJobWarning {
  let hasWarned = false;
  return {
    look: (generations, now) => {
      if (hasWarned || options.isWorking()) return;
      const left = generations.find(
        ({ state, epoch, createdAt }) => state === "queued" && epoch === 0 && now - createdAt >= patienceMs,
      );
      if (left === undefined) return;
      hasWarned = true;
      options.logger.warn(
        "No worker has taken a generation that is waiting. Call `safelight.worker.start()` in a long-lived process that " +
          'serves this database, or set `worker.mode` to "request" where there is none. Workers that do run have no room ' +
          "left, or do not know its model.",
        { generationId: left.id, model: left.model, waitingForMs: now - left.createdAt },
      );
    },
  };
}
