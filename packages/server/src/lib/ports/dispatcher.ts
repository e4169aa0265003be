/** A message of the dispatcher: an id and a delay, without content of the generation. */
export interface Wake {
  /** `null` if other work is due that belongs to no generation. */
  readonly generationId: string | null;
  /** Delay until the work is due, in milliseconds; 0 for immediately. */
  readonly dueInMs: number;
}

/**
 * Wakes workers. Delivers at least once, in any order; duplicates and losses are allowed. The row and its epoch decide
 * what runs, and each worker also polls for due rows.
 */
export interface Dispatcher {
  /** Publishes that a generation is due, or when it will be. Returns at once and never throws. */
  enqueue(wake: Wake): void;
  /**
   * Subscribes to wakes.
   *
   * @param handler receives the id of the generation to claim, or `null` to claim any due work.
   * @returns a function that unsubscribes.
   */
  onWake(handler: (generationId: string | null) => void): () => void;
}
