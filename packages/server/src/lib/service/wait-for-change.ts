import { longestWaitSeconds } from "@safelight/client/contract";
import type { ServiceContext } from "./service-context.js";

/** What to wait for, and how long. */
export interface WaitOptions<Answer> {
  readonly ownerId: string;
  /** Reads the truth. `null`: nothing to answer yet. */
  readonly read: () => Promise<Answer | null>;
  /** Milliseconds, at most the contract's longest; 0 reads once. */
  readonly waitMs: number;
  /** The request: whoever went away is not waited for. */
  readonly signal?: AbortSignal | undefined;
}

type WaitContext = Pick<ServiceContext, "ownerWatch" | "clock" | "closing">;

/**
 * Reads until there is something to answer, the time is over, the request is aborted or the server closes. Reads once
 * where the owner waits in too many places already.
 * It listens before it reads, so that no change falls in between; a hint that got lost costs the wait, not the change,
 * because the last thing it does is to read again.
 *
 * @returns `null` when there was nothing to answer.
 */
export async function waitForChange<Answer>(
  context: WaitContext,
  { ownerId, read, waitMs, signal }: WaitOptions<Answer>,
): Promise<Answer | null> {
  if (waitMs <= 0) return read();
  const alarm = createAlarm(context, ownerId, Math.min(waitMs, longestWaitSeconds * 1_000), signal);
  if (alarm === null) return read();
  try {
    for (;;) {
      alarm.reset();
      const answer = await read();
      if (answer !== null || alarm.isOver()) return answer;
      await alarm.rung();
      if (alarm.isAborted()) return null;
    }
  } finally {
    alarm.dispose();
  }
}

interface Alarm {
  /** Forgets what rang so far. */
  reset(): void;
  /** Resolves once something has rung since the reset. */
  rung(): Promise<void>;
  isOver(): boolean;
  isAborted(): boolean;
  dispose(): void;
}

/**
 * Rings when something of the owner may have changed, at the end of the time, and at an abort.
 *
 * @returns `null` when the owner must not wait here.
 */
function createAlarm(
  { ownerWatch, clock, closing }: WaitContext,
  ownerId: string,
  waitMs: number,
  signal: AbortSignal | undefined,
): Alarm | null {
  let hasRung = false;
  let isOver = false;
  let wake: (() => void) | null = null;

  const ring = (): void => {
    hasRung = true;
    wake?.();
  };
  const end = (): void => {
    isOver = true;
    ring();
  };
  const isAborted = (): boolean => signal?.aborted === true || closing.aborted;

  const unwatch = ownerWatch.watch(ownerId, ring);
  if (unwatch === null) return null;
  const stops = [
    unwatch,
    clock.setTimer(waitMs, end),
    onAbort(closing, ring),
    signal === undefined ? () => undefined : onAbort(signal, ring),
  ];

  return {
    reset: () => {
      hasRung = isAborted();
    },
    rung: () =>
      hasRung
        ? Promise.resolve()
        : new Promise((resolve) => {
            wake = resolve;
          }),
    isOver: () => isOver,
    isAborted,
    dispose: () => {
      for (const stop of stops) stop();
    },
  };
}

function onAbort(signal: AbortSignal, listener: () => void): () => void {
  signal.addEventListener("abort", listener, { once: true });
  return () => signal.removeEventListener("abort", listener);
}
