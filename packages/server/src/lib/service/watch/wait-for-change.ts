import { longestWaitSeconds } from "@safelight/client/contract";
import { type ChangeWaiterContext, createChangeWaiter } from "./change-waiter.js";

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

/**
 * Reads until there is something to answer, the time is over, the request is aborted or the server closes. Reads once
 * where too many wait already, this owner or all together.
 * It listens before it reads, so that no change falls in between; a hint that got lost costs the wait, not the change,
 * because the last thing it does is to read again.
 *
 * @returns `null` when there was nothing to answer.
 */
export async function waitForChange<Answer>(
  context: ChangeWaiterContext,
  { ownerId, read, waitMs, signal }: WaitOptions<Answer>,
): Promise<Answer | null> {
  if (waitMs <= 0) return read();
  const alarm = createChangeWaiter(context, { ownerId, waitMs: Math.min(waitMs, longestWaitSeconds * 1_000), signal });
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
