/** Those who may share a connection: the pages of a browser, or the callers of one client. */
export interface Peers {
  /**
   * Waits to be the one who holds the lock of this name. Resolves with `null` where the signal ends the wait.
   *
   * @param options.steal takes it away from whoever holds it.
   */
  lock(name: string, options: LockOptions): Promise<HeldLock | null>;
  /** Hears what the others say under this name. */
  join(name: string, listener: (message: unknown) => void): Channel;
  /** Calls back when this page is put to sleep, and when it is awake again, until the returned function is called. */
  onSleep(listener: (isAsleep: boolean) => void): () => void;
}

/** How to wait for a lock. */
export interface LockOptions {
  readonly steal: boolean;
  readonly signal: AbortSignal;
}

/** A lock that is held until it is let go of, or taken away. */
export interface HeldLock {
  /** Aborted when somebody took it away. */
  readonly lost: AbortSignal;
  release(): void;
}

/** What is said to the others. */
export interface Channel {
  post(message: unknown): void;
  close(): void;
}
