/** Whose generations went, and when more will have to. */
export interface PurgeVerdict {
  /** Those whose order was given something; also where another worker was faster. */
  readonly ownerIds: readonly string[];
  /** Milliseconds until the next one has ended for so long; 0 where there are more now, `null` where nothing has ended. */
  readonly nextInMs: number | null;
}

/** What is kept for a time only. */
export interface RetentionStore {
  /**
   * Takes the content of some generations that ended so long ago, oldest end first, whoever they belong to: each as `remove`
   * does, with a place of its own in its owner's order. Reads first, and writes only when there is something to take.
   */
  purgeGenerations(command: { readonly endedForMs: number; readonly limit: number }): Promise<PurgeVerdict>;
}
