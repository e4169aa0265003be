/** Readers that share one connection: the tabs of a browser, or the calls of one client. */
export interface Peers {
  /**
   * Waits for the lock of a name, and does the work while it is held. Resolves when the work has ended, or the wait was
   * aborted.
   *
   * @param work receives a signal that aborts when another peer steals the lock, or the waiter's own signal aborts.
   */
  lock(name: string, options: LockOptions, work: (held: AbortSignal) => Promise<void>): Promise<void>;
  /** Joins the channel of a name. The listener receives the messages of the others. */
  join(name: string, listener: (message: unknown) => void): Channel;
  /** Calls back when this tab is frozen or enters the back/forward cache, and when it resumes, until unsubscribed. */
  onSleep(listener: (isAsleep: boolean) => void): () => void;
}

/** How to wait for a lock. */
export interface LockOptions {
  /** Whether to take the lock from its holder. */
  readonly steal: boolean;
  readonly signal: AbortSignal;
}

/** A channel to the others. */
export interface Channel {
  post(message: unknown): void;
  close(): void;
}
