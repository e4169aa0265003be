/**
 * Wall clock and timers of the server. Code that waits or measures receives it as an argument, so that tests control
 * time. Leases and deadlines use the database's time instead.
 */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /**
   * Runs `callback` once after `delayMs` milliseconds. A pending timer never keeps the process alive.
   *
   * @returns a function that cancels the timer. It may be called late or twice.
   */
  setTimer(delayMs: number, callback: () => void): () => void;
}
