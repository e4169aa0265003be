import { maxWatchesPerOwner, type OwnerWatch, type OwnerWatchOptions } from "./owner-watch.js";

/** Time to the next poll, by the number of polls since the last change. */
const paceMs = [1_000, 1_000, 1_000, 2_000] as const;
/** Time to the next poll after those. */
const maxPaceMs = 3_000;
/** A watch that has not polled for this long belongs to a request that the runtime ended. */
const staleAfterMs = 30_000;

/** One watch, for the limits. Plain data: a request that the runtime ended cannot remove its own watch. */
interface Watch {
  readonly holderId: string;
  /** Epoch milliseconds. */
  polledAt: number;
}

/**
 * An owner watch for request mode. Each watch polls the owner's sequence with its own timer, and no other request calls
 * its listener: on Cloudflare Workers, a request that waits for another request can hang. Polls get rarer while nothing
 * changes: workerd does not report that a client disconnected, so a watch runs to the end of its wait.
 */
export function createPolledOwnerWatch(
  options: Pick<OwnerWatchOptions, "clock" | "closing" | "maxWatches"> & {
    readonly store: Pick<OwnerWatchOptions["store"], "sequencesOf">;
  },
): OwnerWatch {
  const { clock, closing, maxWatches, store } = options;
  const watches = new Set<Watch>();
  let polls = 0;

  // A clock may be set back.
  const isStale = ({ polledAt }: Watch): boolean => Math.abs(clock.now() - polledAt) > staleAfterMs;

  return {
    isFull: () => [...watches].filter((each) => !isStale(each)).length >= maxWatches,

    // Any owner may have committed before a poll.
    changeCounter: () => polls,

    watch({ ownerId, holderId = ownerId }, listener) {
      for (const each of watches) if (isStale(each)) watches.delete(each);
      if (watches.size >= maxWatches) return null;
      if ([...watches].filter((each) => each.holderId === holderId).length >= maxWatchesPerOwner) return null;
      const watch: Watch = { holderId, polledAt: clock.now() };
      /** Sequence and timeline of the last poll; `null` before the first and after a failed one. */
      let last: { readonly sequence: number; readonly timeline: string } | null = null;
      let quietPolls = 0;
      let isStopped = false;
      let cancelTimer = (): void => {};

      const poll = async (): Promise<void> => {
        const found = await store.sequencesOf([ownerId]).catch(() => null);
        if (isStopped) return;
        polls += 1;
        const next = found && { sequence: found.sequences.get(ownerId) ?? 0, timeline: found.timeline };
        const hasChanged = next?.sequence !== last?.sequence || next?.timeline !== last?.timeline || next === null;
        last = next;
        quietPolls = hasChanged ? 0 : quietPolls + 1;
        schedule();
        // After a failed poll the listener reads the store itself and reports the failure.
        if (hasChanged) listener();
      };
      const schedule = (): void => {
        watch.polledAt = clock.now();
        watches.add(watch);
        cancelTimer = clock.setTimer(paceMs[quietPolls] ?? maxPaceMs, () => void poll());
      };
      const notifyOfClose = (): void => listener();
      closing.addEventListener("abort", notifyOfClose);
      schedule();
      return () => {
        isStopped = true;
        closing.removeEventListener("abort", notifyOfClose);
        cancelTimer();
        watches.delete(watch);
      };
    },
  };
}
