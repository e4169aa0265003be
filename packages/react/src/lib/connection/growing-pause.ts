/** After so long without a call, the next one need not wait. */
const calmMs = 60_000;
const longestPauseMs = 30_000;

/**
 * How long to wait before beginning again: nothing the first time, then longer and longer. Whatever goes wrong, it does not
 * go wrong without a pause.
 */
export function growingPause(): () => number {
  let calls = 0;
  let calledAt = 0;
  return () => {
    calls = Date.now() - calledAt < calmMs ? calls + 1 : 0;
    calledAt = Date.now();
    return calls && Math.min(250 * 2 ** calls, longestPauseMs);
  };
}
