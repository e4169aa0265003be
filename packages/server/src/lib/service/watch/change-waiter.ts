import type { ServiceContext } from "../service-context.js";

/** What an alarm needs. */
export type ChangeWaiterContext = Pick<ServiceContext, "ownerWatch" | "clock" | "closing">;

/** Wakes one who waits for an owner's changes. */
export interface ChangeWaiter {
  /** Forgets what rang so far, but not that the time is over. */
  reset(): void;
  /** Resolves once something has rung since the reset, or the time is over. */
  rung(): Promise<void>;
  isOver(): boolean;
  /** Begins the time anew, of this length from here on. */
  renew(waitMs: number): void;
  isAborted(): boolean;
  dispose(): void;
}

/**
 * Rings when something of the owner may have changed or the server closes, at the end of the time, and at an abort, which
 * also disposes of it.
 *
 * @param options.accountId also rings when this process changed the balance of this account. Other processes do not tell.
 *
 * @returns `null` when too many wait already.
 */
export function createChangeWaiter(
  { ownerWatch, clock, closing }: ChangeWaiterContext,
  options: {
    readonly ownerId: string;
    readonly accountId?: string;
    readonly waitMs: number;
    readonly signal?: AbortSignal | undefined;
  },
): ChangeWaiter | null {
  const { ownerId, accountId = ownerId, waitMs, signal } = options;
  let hasRung = false;
  let isOver = false;
  let wake: (() => void) | null = null;

  const ring = (): void => {
    hasRung = true;
    wake?.();
  };
  const end = (): void => {
    isOver = true;
    wake?.();
  };
  const isAborted = (): boolean => signal?.aborted === true || closing.aborted;

  const unwatch = ownerWatch.watch({ ownerId, accountId }, ring);
  if (unwatch === null) return null;
  let cancelTimer = clock.setTimer(waitMs, end);
  const dispose = (): void => {
    signal?.removeEventListener("abort", abort);
    cancelTimer();
    unwatch();
  };
  // The caller may be waiting for a promise that never settles, and must not keep its place among the watches.
  const abort = (): void => {
    dispose();
    ring();
  };
  if (signal?.aborted === true) abort();
  signal?.addEventListener("abort", abort);

  return {
    reset: () => {
      hasRung = isAborted();
    },
    rung: () =>
      hasRung || isOver
        ? Promise.resolve()
        : new Promise((resolve) => {
            wake = resolve;
          }),
    isOver: () => isOver,
    renew: (ms) => {
      cancelTimer();
      isOver = false;
      if (signal?.aborted === true) return;
      cancelTimer = clock.setTimer(ms, end);
    },
    isAborted,
    dispose,
  };
}
