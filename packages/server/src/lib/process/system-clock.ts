import type { Clock } from "../ports/clock.js";

/** Max delay. A longer one overflows the timer of JavaScript engines, which then fires at once. */
const maxDelayMs = 2 ** 31 - 1;

/** The clock of this machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  setTimer: (delayMs, callback) => {
    const timer = setTimeout(callback, Math.min(Math.max(delayMs, 0), maxDelayMs));
    timer.unref?.();
    return () => clearTimeout(timer);
  },
};
