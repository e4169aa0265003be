/** Advances generations from submit to their end. */
export interface Worker {
  /**
   * Starts the loop. Does nothing if it is already started or was stopped. A started worker keeps the process alive,
   * even without work, until `stop` has drained: call `stop` on SIGTERM. Outside production, a newer copy of the same
   * module replaces this worker.
   */
  start(): void;
  /**
   * Drains: no new claims. A paid request in flight, and the record of its outcome, may finish within `drainMs`. Every
   * other step releases its lease at once and uses up no attempt. A second call awaits the same drain. Also drains a
   * newer copy that replaced this worker.
   */
  stop(): Promise<void>;
  /**
   * Runs one claim cycle without the loop: claims due generations, and advances each until it must wait. Also drains one
   * batch of the outbox, and purges expired rows if that is due. Waits for all of it.
   *
   * @returns the number of advanced generations.
   */
  tick(): Promise<number>;
}
