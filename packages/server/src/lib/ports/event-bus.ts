/**
 * Hints from writers to watchers. Lossy by contract: a hint may be late, duplicated or lost, and carries only an id. A
 * subscriber reads the current state from the store.
 */
export interface EventBus {
  /** Publishes that these owners, or the balances of these accounts, changed. Returns at once and never throws. */
  hint(ids: readonly string[]): void;
  /**
   * Subscribes to hints.
   *
   * @param listener receives the id of the owner or account that changed, or `null` if any may have changed.
   * @returns a function that unsubscribes.
   */
  onHint(listener: (id: string | null) => void): () => void;
}
