import type { Clock } from "../../ports/clock.js";
import type { EventBus } from "../../ports/event-bus.js";
import { queueHintOf } from "../../ports/queue-hint.js";
import type { Store } from "../../ports/store/store.js";

/** Min interval between two reads of this process, in milliseconds. Each reads all stale lists. */
const minIntervalMs = 1_000;
/** Interval of the calls of a watch's listener in request mode, in milliseconds. */
const pollMs = 2_000;

/** Watches the lists of waiting generations. */
export interface QueueMoves {
  /**
   * Watches the places at some gates.
   *
   * @param gates `null` for the generations without one.
   * @param listener called at most once a second, after a move at one of these gates; in request mode every 2 seconds, moved
   *   or not.
   * @returns a function that unsubscribes.
   */
  watch(gates: readonly (string | null)[], listener: () => void): () => void;
}

/** A gate that is watched. */
interface WatchedGate {
  readonly listeners: Set<() => void>;
  readonly unsubscribe: () => void;
}

/**
 * Reads a list again after a hint that generations left it, and after a commit of another process. One read serves all
 * watches of this process. In request mode, each watch has its own timer instead.
 *
 * @param options.readList reads the list of a gate. Returns whether a place has changed.
 */
export function createQueueMoves(options: {
  readonly clock: Clock;
  readonly eventBus: EventBus;
  readonly store: Pick<Store, "onForeignCommit">;
  readonly mode: "loop" | "request";
  readonly readList: (gate: string | null) => Promise<boolean>;
}): QueueMoves {
  const { clock, eventBus, mode, readList, store } = options;
  const watched = new Map<string | null, WatchedGate>();
  const stale = new Set<string | null>();
  let readAt = Number.NEGATIVE_INFINITY;
  let cancelRead: (() => void) | null = null;
  let isReading = false;
  let stopForeign: (() => void) | null = null;

  const readStale = async (): Promise<void> => {
    const gates = [...stale].filter((gate) => watched.has(gate));
    stale.clear();
    cancelRead = null;
    isReading = true;
    const moved = await Promise.all(gates.map(async (gate) => ((await readList(gate)) ? [gate] : [])));
    isReading = false;
    readAt = clock.now();
    const listeners = new Set(moved.flat().flatMap((gate) => [...(watched.get(gate)?.listeners ?? [])]));
    for (const listener of listeners) listener();
    if (stale.size > 0) schedule();
  };
  const schedule = (): void => {
    // The end of the read schedules the next one. During a read, all watches may end and others start.
    if (isReading) return;
    // A clock may be set back.
    const waitMs = Math.max(minIntervalMs - Math.abs(clock.now() - readAt), 0);
    cancelRead ??= clock.setTimer(waitMs, readStale);
  };
  const markStale = (gates: Iterable<string | null>): void => {
    for (const gate of gates) stale.add(gate);
    schedule();
  };

  const open = (gate: string | null): WatchedGate => {
    stopForeign ??= store.onForeignCommit(() => markStale(watched.keys()));
    const unsubscribe = eventBus.onHint(queueHintOf(gate), () => markStale([gate]));
    const opened = { listeners: new Set<() => void>(), unsubscribe };
    watched.set(gate, opened);
    return opened;
  };
  const leave = (gate: string | null, listener: () => void): void => {
    const left = watched.get(gate);
    if (left === undefined || !left.listeners.delete(listener) || left.listeners.size > 0) return;
    left.unsubscribe();
    watched.delete(gate);
    if (watched.size > 0) return;
    stopForeign?.();
    stopForeign = null;
    cancelRead?.();
    cancelRead = null;
    stale.clear();
  };

  const poll = (listener: () => void): (() => void) => {
    let cancel = (): void => {};
    const schedulePoll = (): void => {
      cancel = clock.setTimer(pollMs, () => {
        schedulePoll();
        listener();
      });
    };
    schedulePoll();
    return () => cancel();
  };

  return {
    watch(gates, listener) {
      if (gates.length === 0) return () => {};
      if (mode === "request") return poll(listener);
      // A new function, so that two watches may share a listener.
      const own = (): void => listener();
      for (const gate of gates) (watched.get(gate) ?? open(gate)).listeners.add(own);
      return () => {
        for (const gate of gates) leave(gate, own);
      };
    },
  };
}
