/** A request that waits for a change. */
interface HeldRequest {
  readonly shouldWake: () => boolean;
  readonly settle: () => void;
}

/** Requests that wait for a change. */
export class HeldRequests {
  readonly #held = new Set<HeldRequest>();

  /** Number of held requests. */
  get count(): number {
    return this.#held.size;
  }

  /**
   * Resolves on a relevant change, on `releaseAll`, after `waitMs`, or when the signal aborts.
   *
   * @param options.waitMs in milliseconds.
   * @param options.shouldWake whether to respond; checked at each change.
   */
  hold(options: {
    readonly waitMs: number;
    readonly signal: AbortSignal;
    readonly shouldWake: () => boolean;
  }): Promise<void> {
    const { waitMs, signal, shouldWake } = options;
    return new Promise((resolve) => {
      const settle = (): void => {
        this.#held.delete(request);
        clearTimeout(timer);
        signal.removeEventListener("abort", settle);
        resolve();
      };
      const request = { shouldWake, settle };
      const timer = setTimeout(settle, waitMs);
      this.#held.add(request);
      signal.addEventListener("abort", settle);
      if (signal.aborted || shouldWake()) settle();
    });
  }

  /** Responds to requests for which the last change is relevant. */
  wake(): void {
    for (const { shouldWake, settle } of [...this.#held]) if (shouldWake()) settle();
  }

  /** Responds to all held requests. */
  releaseAll(): void {
    for (const { settle } of [...this.#held]) settle();
  }
}
