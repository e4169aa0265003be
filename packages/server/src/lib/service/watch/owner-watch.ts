import type { Clock } from "../../ports/clock.js";
import type { EventBus } from "../../ports/event-bus.js";
import type { Store } from "../../ports/store/store.js";

/** Tells those who wait that something of their owner may have changed. */
export interface OwnerWatch {
  /**
   * @param watched.accountId also calls `listener` when this process changes this account's balance.
   * @param listener called soon after each change; may be called without one.
   * @returns a function that stops watching; `null` when too many watch already, this owner or all together.
   */
  watch(watched: { readonly ownerId: string; readonly accountId: string }, listener: () => void): (() => void) | null;
  /** Whether nobody more may watch, whoever it is. */
  isFull(): boolean;
  /** Counter of noticed commits whose owner is unknown. Counts only while something is watched. */
  foreignCommits(): number;
}

/** Dependencies and limits of a watch. */
export interface OwnerWatchOptions {
  readonly store: Pick<Store, "onForeignCommit" | "sequencesOf">;
  readonly eventBus: EventBus;
  readonly clock: Clock;
  /** Calls every listener when it is aborted. */
  readonly closing: AbortSignal;
  /** Max concurrent watches of all owners together. */
  readonly maxWatches: number;
}

/** More than the tabs and devices of one person. Without a cap, one owner could hold every connection of the server. */
export const maxWatchesPerOwner = 20;

/**
 * After another process's commit, the look at the sequences waits this long: commits come in crowds, and most of them
 * are about other owners.
 */
const foreignPaceMs = 50;

/**
 * One pair of ears for everybody who waits. This process's changes are told by owner. Those of other processes are told
 * by nobody: one question about the sequences of all who are watched, however many they are, says whose have moved.
 * Listens to nothing while nobody is watched.
 */
export function createOwnerWatch(options: OwnerWatchOptions): OwnerWatch {
  const { store, eventBus, clock, closing, maxWatches } = options;
  const watched = new Map<string, Set<() => void>>();
  /** Where each watched owner was at the last look; absent before the first. */
  const sequences = new Map<string, number>();
  let deafen: (() => void) | null = null;
  let cancelLook: (() => void) | null = null;
  let foreignCommits = 0;
  let watches = 0;

  const isFull = (): boolean => watches >= maxWatches;

  const tell = (ownerId: string): void => {
    for (const listener of [...(watched.get(ownerId) ?? [])]) listener();
  };

  const tellAll = (): void => {
    for (const ownerId of [...watched.keys()]) tell(ownerId);
  };

  const look = async (): Promise<void> => {
    cancelLook = null;
    const owners = [...watched.keys()];
    const found = await store.sequencesOf(owners).catch(() => null);
    for (const ownerId of owners) {
      const sequence = found?.get(ownerId) ?? 0;
      // Where the look failed, everybody looks for themselves, and hears of the failure.
      if (found !== null && sequences.get(ownerId) === sequence) continue;
      if (found !== null && watched.has(ownerId)) sequences.set(ownerId, sequence);
      tell(ownerId);
    }
  };

  const listen = (): (() => void) => {
    const stops = [
      eventBus.onHint((ownerId) => (ownerId === null ? tellAll() : tell(ownerId))),
      store.onForeignCommit(() => {
        foreignCommits += 1;
        cancelLook ??= clock.setTimer(foreignPaceMs, look);
      }),
    ];
    closing.addEventListener("abort", tellAll);
    return () => {
      closing.removeEventListener("abort", tellAll);
      for (const stop of stops) stop();
      cancelLook?.();
      cancelLook = null;
    };
  };

  return {
    isFull,

    foreignCommits: () => foreignCommits,

    watch({ ownerId, accountId }, listener) {
      const listeners = watched.get(ownerId) ?? new Set();
      if (isFull() || listeners.size >= maxWatchesPerOwner) return null;
      deafen ??= listen();
      watched.set(ownerId, listeners);
      // Two watches with one function are two watches.
      const own = (): void => listener();
      listeners.add(own);
      watches += 1;
      const stopAccount =
        accountId === ownerId ? () => undefined : eventBus.onHint((id) => (id === accountId ? listener() : undefined));
      return () => {
        if (!listeners.delete(own)) return;
        stopAccount();
        watches -= 1;
        if (listeners.size > 0) return;
        watched.delete(ownerId);
        sequences.delete(ownerId);
        if (watched.size > 0) return;
        deafen?.();
        deafen = null;
      };
    },
  };
}
