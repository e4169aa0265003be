/**
 * Promises that one object began and waits for before it ends. Not for callers that share a result: on Cloudflare
 * Workers, a request that awaits another one's promise hangs. They use `singleFlight`.
 */
export class PendingWork {
  readonly #promises = new Set<Promise<unknown>>();

  track<Result>(work: Promise<Result>): Promise<Result> {
    const tracked = work.finally(() => this.#promises.delete(tracked));
    this.#promises.add(tracked);
    return tracked;
  }

  /** Waits until nothing is pending, including work that is added while it waits. Never rejects. */
  async settled(): Promise<void> {
    while (this.#promises.size > 0) await Promise.allSettled(this.#promises);
  }
}
