/** Drives generations from submit to their end. */
export interface Worker {
  /**
   * Starts the loop; starting twice does nothing, nor does starting after `stop`. From here on the process does not end
   * by itself, however long there is nothing to do, until `stop` has drained: call `stop` on SIGTERM. Outside production,
   * a newer copy of the same module replaces this worker.
   */
  start(): void;
  /**
   * Drains: no new claims; a paid request in flight and its record may finish within `drainMs`; everything else gives
   * its lease back at once. No attempt is burned. Stopping twice waits for the same drain. Also drains a newer
   * copy that replaced this worker.
   */
  stop(): Promise<void>;
  /**
   * One round without the loop: claims what is due, advances each by one step, and waits for it.
   *
   * @returns how many generations were advanced.
   */
  tick(): Promise<number>;
}
