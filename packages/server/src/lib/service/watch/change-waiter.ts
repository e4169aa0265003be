import type { ServiceContext } from "../service-context.js";
import type { Watched } from "./owner-watch.js";

/** Dependencies of a waiter. */
export type ChangeWaiterContext = Pick<ServiceContext, "ownerWatch" | "clock" | "closing">;

/** Waits for a change of one owner. */
export interface ChangeWaiter {
  /** Clears past notifications, but not the timeout. */
  clear(): void;
  /** Resolves on the first notification since `clear()`, on the timeout, or on a wake. */
  wait(): Promise<void>;
  /** Ends a wait in progress without a notification. */
  wake(): void;
  /** Whether there was a notification since `clear()`. */
  isNotified(): boolean;
  isTimedOut(): boolean;
  /** Restarts the timer. */
  restartTimer(waitMs: number): void;
  isAborted(): boolean;
  dispose(): void;
}

/**
 * Creates a waiter. It wakes when the owner's rows may have changed, the server closes, the timer fires or the signal
 * aborts. An abort also disposes of it.
 *
 * @param options.accountId also wakes when this process changes the balance of this account. Changes by other processes
 * are not noticed.
 * @param options.isCurrent whether a check of the sequences need not wake the waiter.
 * @returns `null` when there are too many watches.
 */
export function createChangeWaiter(
  { ownerWatch, clock, closing }: ChangeWaiterContext,
  options: {
    readonly ownerId: string;
    readonly accountId?: string;
    readonly holderId?: string | undefined;
    readonly isCurrent?: Watched["isCurrent"];
    readonly waitMs: number;
    readonly signal?: AbortSignal | undefined;
  },
): ChangeWaiter | null {
  const { ownerId, accountId = ownerId, holderId, isCurrent, waitMs, signal } = options;
  let isNotified = false;
  let isTimedOut = false;
  let wake: (() => void) | null = null;

  const notify = (): void => {
    isNotified = true;
    wake?.();
  };
  const timeOut = (): void => {
    isTimedOut = true;
    wake?.();
  };
  const isAborted = (): boolean => signal?.aborted === true || closing.aborted;

  const unwatch = ownerWatch.watch({ ownerId, accountId, holderId, isCurrent }, notify);
  if (unwatch === null) return null;
  let cancelTimer = clock.setTimer(waitMs, timeOut);
  const dispose = (): void => {
    signal?.removeEventListener("abort", abort);
    cancelTimer();
    unwatch();
  };
  // Frees the watch at once: the caller may be awaiting a promise that never settles.
  const abort = (): void => {
    dispose();
    notify();
  };
  if (signal?.aborted === true) abort();
  signal?.addEventListener("abort", abort);

  return {
    clear: () => {
      isNotified = isAborted();
    },
    wait: () =>
      isNotified || isTimedOut
        ? Promise.resolve()
        : new Promise((resolve) => {
            wake = resolve;
          }),
    wake: () => wake?.(),
    isNotified: () => isNotified,
    isTimedOut: () => isTimedOut,
    restartTimer: (ms) => {
      cancelTimer();
      isTimedOut = false;
      if (signal?.aborted === true) return;
      cancelTimer = clock.setTimer(ms, timeOut);
    },
    isAborted,
    dispose,
  };
}
