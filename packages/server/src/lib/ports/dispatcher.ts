/** A message of the dispatcher: an id and a delay, without content of the generation. */
export interface Wake {
  /** `null` if other work is due that belongs to no generation. */
  readonly generationId: string | null;
  /** Delay until the work is due, in milliseconds; 0 for immediately. */
  readonly dueInMs: number;
}

/**
 * Wakes workers, or delivers generations to `worker.advance` through a job engine. Delivers at least once, in any order;
 * duplicates and losses are allowed. The row and its epoch decide what runs. A lost wake is found by a worker's poll or by
 * `worker.sweep`.
 */
export interface Dispatcher {
  /**
   * Publishes that a generation is due, or when it will be. May return a promise that resolves when the engine has accepted
   * the wake: the host's `waitUntil` keeps it alive. An error, or more than 5 seconds, loses only this wake and is logged.
   * Any other result is ignored.
   */
  enqueue(wake: Wake): unknown;
  /**
   * Subscribes to wakes. Absent for an engine that calls `worker.advance`: a started worker then reads the rows every 5
   * seconds.
   *
   * @param handler receives the id of the generation to claim, or `null` to claim any due work. `dueInMs` is that of the
   * wake, in milliseconds, 0 by default: pass on also the wakes of later work, so that an idle worker does not oversleep.
   * @returns a function that unsubscribes.
   */
  onWake?(handler: (generationId: string | null, dueInMs?: number) => void): () => void;
  /** Min delay above 0 that the engine keeps, in milliseconds; shorter delays are raised to it. @default 0 */
  readonly minDelayMs?: number;
  /**
   * Max delay of the engine, in milliseconds. A later wake is delivered after this time, and `worker.advance` enqueues the
   * rest. 0 if the engine cannot delay: `worker.sweep` then finds the work when it is due. @default no limit
   */
  readonly maxDelayMs?: number;
}
