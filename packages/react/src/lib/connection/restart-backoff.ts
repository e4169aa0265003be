/** After this long without a restart, the next one is immediate again. */
const calmMs = 60_000;
const maxBackoffMs = 30_000;

/**
 * Creates a function that returns the delay before the next restart: none at first, then exponentially longer. It takes the
 * current time in epoch milliseconds.
 */
export function restartBackoff(): (now: number) => number {
  let restarts = 0;
  let restartedAt = 0;
  return (now) => {
    restarts = now - restartedAt < calmMs ? restarts + 1 : 0;
    restartedAt = now;
    return restarts && Math.min(250 * 2 ** restarts, maxBackoffMs);
  };
}
