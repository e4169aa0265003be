/** What a dispatcher carries: an id and a time, nothing of the content. */
export interface Wake {
  /** `null` where it is about no generation: there is other work. */
  readonly generationId: string | null;
  /** Milliseconds from now until it is due; 0 for at once. */
  readonly dueInMs: number;
}

/**
 * Wakes workers. At least once, in any order, duplicates and losses allowed: the row and its epoch decide what is done,
 * and a worker looks for due rows by itself now and then.
 */
export interface Dispatcher {
  /** Says that a generation is or will be due. Returns at once and never throws. */
  enqueue(wake: Wake): void;
  /**
   * Hears wakes.
   *
   * @param handler called with the generation to look at, or `null` for "look for whatever is due".
   * @returns a function that stops listening.
   */
  onWake(handler: (generationId: string | null) => void): () => void;
}
