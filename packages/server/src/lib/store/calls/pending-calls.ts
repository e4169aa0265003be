import { StoreUnavailable } from "../../ports/store/store-unavailable.js";

/**
 * The calls and the polls of a store on a client of the host, until it is closed. A remote database reports no commits
 * of other processes: they are assumed at an interval.
 */
export class PendingCalls {
  readonly #polls = new Set<NodeJS.Timeout>();
  #pending = new Set<Promise<unknown>>();
  #isClosed = false;

  /**
   * @param options.isLong `close` does not wait for this call, which may take minutes.
   * @throws {StoreUnavailable} after `close`.
   */
  async run<Result>(
    call: () => Promise<Result>,
    { isLong = false }: { readonly isLong?: boolean } = {},
  ): Promise<Result> {
    if (this.#isClosed) throw new StoreUnavailable("The store was closed.");
    const result = call();
    if (isLong) return result;
    this.#pending.add(result);
    try {
      return await result;
    } finally {
      this.#pending.delete(result);
    }
  }

  /** @returns a function that stops the poll. */
  poll(listener: () => void, pollMs: number): () => void {
    // One interval per listener: there are at most two, the worker and the owner watch.
    const poll = setInterval(listener, pollMs);
    // `setInterval` may return a plain number on Cloudflare Workers and in browsers.
    poll.unref?.();
    this.#polls.add(poll);
    return () => {
      clearInterval(poll);
      this.#polls.delete(poll);
    };
  }

  /** Stops all polls, and waits for the pending calls, except long ones. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const poll of this.#polls) clearInterval(poll);
    await Promise.allSettled([...this.#pending]);
  }
}
