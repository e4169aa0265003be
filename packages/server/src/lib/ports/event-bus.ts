/**
 * Hints between the parts that write and the parts that watch. Lossy by contract: a hint may be late, doubled or
 * missing, and carries ids only; whoever hears one reads the truth from the store.
 */
export interface EventBus {
  /** Says that something of these owners, or the balance of these accounts, changed. Returns at once and never throws. */
  hint(ids: readonly string[]): void;
  /**
   * Hears hints.
   *
   * @param listener called with the owner or account that changed, or `null` when anybody may have changed.
   * @returns a function that stops listening.
   */
  onHint(listener: (id: string | null) => void): () => void;
}
