/** The owners of purged generations, and the delay until the next purge. */
export interface PurgeVerdict {
  /** Owners whose sequence advanced, even if another worker purged the generations first. */
  readonly ownerIds: readonly string[];
  /** Teams whose sequence advanced with those. */
  readonly teamIds: readonly string[];
  /**
   * Milliseconds until the next generation reaches the age; 0 if more are due now, `null` if no generation has ended.
   */
  readonly nextInMs: number | null;
}

/** Deletes data whose retention period has ended. */
export interface RetentionStore {
  /**
   * Deletes the content of some generations that ended at least `endedForMs` ago, oldest end first, of all owners.
   * Works like `remove`, and gives each generation a sequence of its owner. Reads first, and writes only if one is due.
   */
  purgeGenerations(command: { readonly endedForMs: number; readonly limit: number }): Promise<PurgeVerdict>;
}
