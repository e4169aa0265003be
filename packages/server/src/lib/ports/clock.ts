/**
 * Time as the server sees it. Everything that waits or measures takes it as an argument, so that tests own it.
 * Leases and deadlines do not use it: they use the database's time.
 */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /**
   * Calls back once after a delay. A timer alone never keeps the process alive.
   *
   * @returns a function that cancels the timer; calling it late or twice does nothing.
   */
  setTimer(delayMs: number, callback: () => void): () => void;
}
