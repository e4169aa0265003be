/**
 * Hints from writers to watchers. Lossy by contract: a hint may be late, duplicated or lost, and carries only an id. A
 * subscriber reads the current state from the store.
 */
export interface EventBus {
  /**
   * Publishes that the generations of these owners or teams, the balances of these accounts, or these queues changed.
   * Returns at once and never throws.
   *
   * @param ids opaque: pass them on unchanged. Ids of owners and accounts may contain the host's ids.
   */
  hint(ids: readonly string[]): void;
  /**
   * Subscribes to hints with one id.
   *
   * @param listener called for each hint with the id. It may also be called without a change.
   * @returns a function that unsubscribes.
   */
  onHint(id: string, listener: () => void): () => void;
  /**
   * Subscribes to the health of a bus between processes. While it is healthy, watchers query the database once in 24
   * to 36 seconds. Absent if hints of other processes do not arrive: watchers then check after each commit of another
   * process that the store reports.
   *
   * @param listener called before `onHealth` returns, and after each change.
   * @returns a function that unsubscribes.
   */
  onHealth?(listener: (isHealthy: boolean) => void): () => void;
  /**
   * Subscribes to the loss of hints: each id may have been published. Watchers then compare the sequences of all
   * watched owners by one query. A bus without this method calls every listener of `onHint` instead.
   *
   * @returns a function that unsubscribes.
   */
  onLostHints?(listener: () => void): () => void;
  /** Publishes pending hints and closes the bus's own connections. Called by `safelight.close()`. */
  close?(): Promise<void>;
}
