import type { Clock } from "../../ports/clock.js";
import type { EventBus } from "../../ports/event-bus.js";
import type { Store } from "../../ports/store/store.js";

/** How far the database knows the changes of an owner. */
export interface OwnerPosition {
  readonly sequence: number;
  readonly timeline: string;
}

/** A watch of an owner's rows and of an account's balance. */
export interface Watched {
  readonly ownerId: string;
  readonly accountId: string;
  /** The owner of the request, whose watches count: not `ownerId` for the gallery of a team. @default `ownerId` */
  readonly holderId?: string | undefined;
  /**
   * Whether the request already has all changes up to this position, so that a check need not notify it.
   *
   * @default compares the position with that of the last check
   */
  readonly isCurrent?: ((latest: OwnerPosition) => boolean) | undefined;
}

/** Notifies waiting requests that rows of their owner may have changed. */
export interface OwnerWatch {
  /**
   * @param watched.accountId also calls `listener` after a hint that this account's balance changed. Ignored in request
   *   mode.
   * @param listener called after a change: at once for one of this process, else by a hint of the event bus or when the
   *   store notices the commit, and in request mode within 3 seconds. One call may stand for several changes, and a call
   *   may come without a change.
   * @returns a function that stops the watch; `null` when this owner, or all owners together, have too many watches.
   */
  watch(watched: Watched, listener: () => void): (() => void) | null;
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
  /** From 0 to below 1, as `Math.random`: spreads the checks of several processes. */
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
 * Delay after hints were lost for all owners: half a second to one and a half. Each process receives the message at the
 * same time. It also limits the checks, since anyone who may publish can send such messages.
 */
const lostHintsDelayMs = (random: number): number => 500 + 1_000 * random;

/** An open watch. */
interface Watch {
  readonly isCurrent: (latest: OwnerPosition) => boolean;
  readonly notify: () => void;
}

/**
 * Hints of the event bus carry the id of an owner or account. Commits of other processes that only the store notices do
 * not, and neither do lost hints, so one query compares the sequences of all watched owners. Unsubscribes while there is
 * no watch.
 */
export function createOwnerWatch(options: OwnerWatchOptions): OwnerWatch {
  const { store, eventBus, clock, closing, maxWatches, random } = options;
  const watched = new Map<string, Set<Watch>>();
  const held = new HolderCounts();
  let unsubscribe: (() => void) | null = null;
  let cancelCheck: (() => void) | null = null;
  let cancelExtraCheck: (() => void) | null = null;
  let foreignCommits = 0;
  let isBusHealthy = false;
  let watches = 0;

  const isFull = (): boolean => watches >= maxWatches;

  const notifyAll = (): void => {
    for (const each of [...watched.values()].flatMap((ofOwner) => [...ofOwner])) each.notify();
  };

  const checkSequences = async (): Promise<void> => {
    const owners = [...watched.keys()];
    const found = await store.sequencesOf(owners).catch(() => null);
    // After a failed query each listener reads the store itself and reports the failure.
    if (found === null) return notifyAll();
    for (const ownerId of owners) {
      const latest = { sequence: found.sequences.get(ownerId) ?? 0, timeline: found.timeline };
      for (const each of [...(watched.get(ownerId) ?? [])]) if (!each.isCurrent(latest)) each.notify();
    }
  };

  const checkAfterCommits = (): Promise<void> => {
    cancelCheck = null;
    foreignCommits += 1;
    return checkSequences();
  };

  /** Hints may have been lost before the bus failed, and until it recovered. */
  const checkAfterHealthChange = (isHealthy: boolean): void => {
    isBusHealthy = isHealthy;
    cancelCheck?.();
    cancelCheck = clock.setTimer(foreignCheckDelayMs, checkAfterCommits);
  };

  /** Does not count as a commit, after which each stream would read its owner's rows and balance. */
  const checkAfterLostHints = (): void => {
    cancelExtraCheck ??= clock.setTimer(lostHintsDelayMs(random()), () => {
      cancelExtraCheck = null;
      return checkSequences();
    });
  };

  const subscribe = (): (() => void) => {
    const stops = [
      store.onForeignCommit(() => {
        cancelCheck ??= clock.setTimer(isBusHealthy ? hintedDelayMs(random()) : foreignCheckDelayMs, checkAfterCommits);
      }),
      eventBus.onHealth?.(checkAfterHealthChange),
      eventBus.onLostHints?.(checkAfterLostHints),
    ];
    closing.addEventListener("abort", notifyAll);
    return () => {
      closing.removeEventListener("abort", notifyAll);
      for (const stop of [...stops, cancelCheck, cancelExtraCheck]) stop?.();
      cancelCheck = null;
      cancelExtraCheck = null;
    };
  };

  return {
    isFull,

    changeCounter: () => foreignCommits,

    watch({ ownerId, accountId, holderId = ownerId, isCurrent = comparedWithLast() }, listener) {
      const ofOwner = watched.get(ownerId) ?? new Set();
      if (isFull() || held.of(holderId) >= maxWatchesPerOwner) return null;
      held.add(holderId, 1);
      unsubscribe ??= subscribe();
      watched.set(ownerId, ofOwner);
      const own = { isCurrent, notify: () => listener() };
      ofOwner.add(own);
      watches += 1;
      const stops = [...new Set([ownerId, accountId])].map((id) => eventBus.onHint(id, own.notify));
      return () => {
        if (!ofOwner.delete(own)) return;
        for (const stop of stops) stop();
        watches -= 1;
        held.add(holderId, -1);
        if (ofOwner.size > 0) return;
        watched.delete(ownerId);
        if (watched.size > 0) return;
        unsubscribe?.();
        unsubscribe = null;
      };
    },
  };
}

/** Number of open watches by holder. */
class HolderCounts {
  readonly #counts = new Map<string, number>();

  of(holderId: string): number {
    return this.#counts.get(holderId) ?? 0;
  }

  add(holderId: string, by: 1 | -1): void {
    const count = this.of(holderId) + by;
    if (count > 0) this.#counts.set(holderId, count);
    else this.#counts.delete(holderId);
  }
}

/** The first check has nothing to compare with. */
function comparedWithLast(): Watch["isCurrent"] {
  let last: OwnerPosition | null = null;
  return (latest) => {
    const isEqual = last?.sequence === latest.sequence && last.timeline === latest.timeline;
    last = latest;
    return isEqual;
  };
}
