import { maxWatchesPerOwner, type OwnerWatch, type OwnerWatchOptions } from "./owner-watch.js";

/** How often the store is asked. */
const pollMs = 1_000;
/** A watch without a poll for this long belongs to a request that has ended. */
const lostAfterMs = 30_000;

/** One watch, for the limits. Plain data: a request that the runtime ended cannot remove its own. */
interface Watch {
  readonly ownerId: string;
  /** Epoch milliseconds. */
  polledAt: number;
}

/**
 * An owner watch for request mode. Each watch polls the owner's sequence by a timer of its own, and no other request
 * calls its listener: on Cloudflare Workers, a request that waits for another one can hang.
 */
export function createPolledOwnerWatch(
  options: Pick<OwnerWatchOptions, "clock" | "closing" | "maxWatches"> & {
    readonly store: Pick<OwnerWatchOptions["store"], "sequencesOf">;
  },
): OwnerWatch {
  const { clock, closing, maxWatches, store } = options;
  const watches = new Set<Watch>();
  let polls = 0;

  const removeLost = (): void => {
    for (const watch of watches) if (clock.now() - watch.polledAt > lostAfterMs) watches.delete(watch);
  };
  const isFull = (): boolean => {
    removeLost();
    return watches.size >= maxWatches;
  };

  return {
    isFull,

    // Each poll may come after a commit of any owner.
    foreignCommits: () => polls,

    watch({ ownerId }, listener) {
      if (isFull()) return null;
      if ([...watches].filter((each) => each.ownerId === ownerId).length >= maxWatchesPerOwner) return null;
      const watch: Watch = { ownerId, polledAt: clock.now() };
      let known: number | null = null;
      let isStopped = false;
      let cancelTimer = (): void => {};

      const poll = async (): Promise<void> => {
        const found = await store.sequencesOf([ownerId]).catch(() => null);
        if (isStopped) return;
        polls += 1;
        const sequence = found === null ? null : (found.get(ownerId) ?? 0);
        const hasChanged = sequence === null || sequence !== known;
        known = sequence;
        schedule();
        // After a failed poll the listener reads for itself, and reports the failure.
        if (hasChanged || closing.aborted) listener();
      };
      const schedule = (): void => {
        watch.polledAt = clock.now();
        watches.add(watch);
        cancelTimer = clock.setTimer(pollMs, () => void poll());
      };
      schedule();
      return () => {
        isStopped = true;
        cancelTimer();
        watches.delete(watch);
      };
    },
  };
}
