/** The result of one delivery to `worker.advance`. */
export interface Advance {
  /**
   * Milliseconds until the generation is due again; 0 for now. While another worker has it, the time until that worker's
   * lease ends. `null` if it has ended or does not exist: deliver it no more.
   */
  readonly nextInMs: number | null;
}

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
   * batch of the outbox, and purges expired rows if that is due. Waits for all of it. With a dispatcher that has no
   * `onWake`, also enqueues up to 200 generations as `sweep` does.
   *
   * @returns the number of advanced generations.
   */
  tick(): Promise<number>;
  /**
   * For job engines: claims this generation if it is due, advances it until it must wait, and drains one batch of the
   * outbox. In request mode it ends within `worker.budgetMs`. `worker.concurrency` does not apply. Safe to call twice, at
   * once, late, early or in any order: a generation that is not due, that another worker has, or that has ended is not an
   * error. A wake that was delivered too early is enqueued again, so the engine needs no retries.
   *
   * @throws {StoreUnavailable} when the database cannot be reached. The engine may retry; `sweep` also finds the work.
   */
  advance(id: string): Promise<Advance>;
  /**
   * For job engines: enqueues generations that have been due for more than `worker.sweepAfterMs`, because a wake was lost
   * or a worker crashed. Also drains one batch of the outbox and purges expired rows, as `tick` does. Call it about every
   * 10 seconds from one scheduler; a duplicate call enqueues duplicates, which find nothing to do.
   *
   * @param limit max generations, from 1, the longest due first. @default 200
   * @returns the number of enqueued generations. If it equals the limit, there may be more.
   * @throws {StoreUnavailable} when the database cannot be reached.
   */
  sweep(limit?: number): Promise<number>;
}
