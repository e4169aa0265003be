/** One request that waits. */
interface Waiting {
  readonly isNews: () => boolean;
  readonly settle: () => void;
}

/** Requests that wait for something to change. */
export class HeldRequests {
  readonly #waiting = new Set<Waiting>();

  /** How many wait right now. */
  get count(): number {
    return this.#waiting.size;
  }

  /**
   * Resolves when there is news, somebody lets go, the time is over, or the signal aborts.
   *
   * @param options.waitMs in milliseconds.
   * @param options.isNews asked at each change.
   */
  hold(options: {
    readonly waitMs: number;
    readonly signal: AbortSignal;
    readonly isNews: () => boolean;
  }): Promise<void> {
    const { waitMs, signal, isNews } = options;
    return new Promise((resolve) => {
      const settle = (): void => {
        this.#waiting.delete(waiting);
        clearTimeout(timer);
        signal.removeEventListener("abort", settle);
        resolve();
      };
      const waiting = { isNews, settle };
      const timer = setTimeout(settle, waitMs);
      this.#waiting.add(waiting);
      signal.addEventListener("abort", settle);
      if (signal.aborted || isNews()) settle();
    });
  }

  /** Something changed: those for whom it is news are answered. */
  wake(): void {
    for (const { isNews, settle } of [...this.#waiting]) if (isNews()) settle();
  }

  /** Answers all of them, news or not. */
  letGo(): void {
    for (const { settle } of [...this.#waiting]) settle();
  }
}
