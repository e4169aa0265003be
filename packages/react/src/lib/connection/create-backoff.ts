/** After this long without a call, the delay starts at 0 again. */
const calmMs = 60_000;
const maxBackoffMs = 30_000;

/**
 * Creates a function that returns the next delay in milliseconds: 0 at first, then it doubles with each call. It takes the
 * current time in epoch milliseconds.
 */
export function createBackoff(): (now: number) => number {
  let steps = 0;
  let calledAt = 0;
  return (now) => {
    steps = now - calledAt < calmMs ? steps + 1 : 0;
    calledAt = now;
    return steps === 0 ? 0 : Math.min(250 * 2 ** steps, maxBackoffMs);
  };
}
