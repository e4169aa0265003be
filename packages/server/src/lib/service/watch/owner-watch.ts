import type { Clock } from "../../ports/clock.js";
import type { EventBus } from "../../ports/event-bus.js";
import type { Store } from "../../ports/store/store.js";

/** Notifies waiting requests that rows of their owner may have changed. */
export interface OwnerWatch {
  /**
   * @param watched.accountId also calls `listener` after a hint that this account's balance changed. Ignored in request
   *   mode.
   * @param listener called after a change: at once for one of this process, else by a hint of the event bus or when the
   *   store notices the commit, and in request mode within 3 seconds. One call may stand for several changes, and a call may come without a change.
   * @returns a function that stops the watch; `null` when this owner, or all owners together, have too many watches.
   */
  watch(watched: { readonly ownerId: string; readonly accountId: string }, listener: () => void): (() => void) | null;
  /** Whether `maxWatches` is reached, so that no owner can start another watch. */
  isFull(): boolean;
  /** Grows when another process may have committed. Counts only while a watch is open. */
  changeCounter(): number;
}

/** Dependencies and limits of a watch. */
export interface OwnerWatchOptions {
  readonly store: Pick<Store, "onForeignCommit" | "sequencesOf">;
  readonly eventBus: EventBus;
  readonly clock: Clock;
  /** Returns a number from 0 to 1. */
  readonly random: () => number;
  /** Its abort calls every listener. */
  readonly closing: AbortSignal;
  /** Max concurrent watches of all owners together. */
  readonly maxWatches: number;
}

/** More than one user's tabs and devices need. Without a cap, one owner could hold every connection of the server. */
export const maxWatchesPerOwner = 20;

/**
 * Delay between another process's commit and the query of the sequences: commits arrive in bursts, and most of them are
 * of other owners.
 */
const foreignCheckDelayMs = 50;
/**
 * The same while a healthy event bus publishes these commits: 24 to 36 seconds. It bounds the delay of a lost hint, and the
 * nodes query the database at different times.
 */
const hintedDelayMs = (random: number): number => 24_000 + 12_000 * random;

/**
 * Hints of the event bus carry the id of an owner or account. Commits of other processes that only the store notices do
 * not, so one query compares the sequences of all watched owners. Unsubscribes while there is no watch.
 */
export function createOwnerWatch(options: OwnerWatchOptions): OwnerWatch {
  const { store, eventBus, clock, closing, maxWatches, random } = options;
  const watched = new Map<string, Set<() => void>>();
  /** The sequence of each watched owner at the last check; absent before the first. */
  const sequences = new Map<string, number>();
  /** The timeline at the last check; `null` before the first. */
  let timeline: string | null = null;
  let unsubscribe: (() => void) | null = null;
  let cancelCheck: (() => void) | null = null;
  let foreignCommits = 0;
  let isBusHealthy = false;
  let watches = 0;

  const isFull = (): boolean => watches >= maxWatches;

  const notify = (ownerId: string): void => {
    for (const listener of [...(watched.get(ownerId) ?? [])]) listener();
  };

  const notifyAll = (): void => {
    for (const ownerId of [...watched.keys()]) notify(ownerId);
  };

  const checkSequences = async (): Promise<void> => {
    cancelCheck = null;
    foreignCommits += 1;
    const owners = [...watched.keys()];
    const found = await store.sequencesOf(owners).catch(() => null);
    const isOtherTimeline = found !== null && found.timeline !== timeline;
    if (found !== null) timeline = found.timeline;
    for (const ownerId of owners) {
      const sequence = found?.sequences.get(ownerId) ?? 0;
      // After a failed query each listener reads the store itself and reports the failure.
      if (found !== null && !isOtherTimeline && sequences.get(ownerId) === sequence) continue;
      if (found !== null && watched.has(ownerId)) sequences.set(ownerId, sequence);
      notify(ownerId);
    }
  };

  /** Hints may have been lost before the bus failed, and until it recovered. */
  const checkAfterHealthChange = (isHealthy: boolean): void => {
    isBusHealthy = isHealthy;
    cancelCheck?.();
    cancelCheck = clock.setTimer(foreignCheckDelayMs, checkSequences);
  };

  const subscribe = (): (() => void) => {
    const stops = [
      store.onForeignCommit(() => {
        cancelCheck ??= clock.setTimer(isBusHealthy ? hintedDelayMs(random()) : foreignCheckDelayMs, checkSequences);
      }),
      eventBus.onHealth?.(checkAfterHealthChange),
    ];
    closing.addEventListener("abort", notifyAll);
    return () => {
      closing.removeEventListener("abort", notifyAll);
      for (const stop of stops) stop?.();
      cancelCheck?.();
      cancelCheck = null;
    };
  };

  return {
    isFull,

    changeCounter: () => foreignCommits,

    watch({ ownerId, accountId }, listener) {
      const listeners = watched.get(ownerId) ?? new Set();
      if (isFull() || listeners.size >= maxWatchesPerOwner) return null;
      unsubscribe ??= subscribe();
      watched.set(ownerId, listeners);
      // A wrapper, because the same function may be passed to two watches.
      const own = (): void => listener();
      listeners.add(own);
      watches += 1;
      const stops = [...new Set([ownerId, accountId])].map((id) => eventBus.onHint(id, own));
      return () => {
        if (!listeners.delete(own)) return;
        for (const stop of stops) stop();
        watches -= 1;
        if (listeners.size > 0) return;
        watched.delete(ownerId);
        sequences.delete(ownerId);
        if (watched.size > 0) return;
        unsubscribe?.();
        unsubscribe = null;
      };
    },
  };
}
