/**
 * In milliseconds. A call keeps its place for this long after its caller stopped waiting. Without an end, some would keep
 * it forever: a call never settles if its request was ended on Cloudflare Workers.
 */
const maxAbandonedMs = 5_000;

/** The error of a call without a response in time: the connections were in use, or the database did not respond. */
export class NoResponse extends Error {}

/** Sends a call. */
export type SendCall<Result> = (timeoutMs: number, isGivenUp: () => boolean) => Promise<Result>;

/** A call that the client has. */
interface Place {
  /** By `performance.now()`. */
  readonly expiresAt: number;
}

/**
 * Gives a client of the host at most `max` calls at a time. Clients queue calls without a bound and cannot take one
 * back: during an outage, they would keep every refused command, and send them all after it.
 */
export class CallQueue {
  readonly #max: number;
  readonly #places = new Set<Place>();
  /** In the order of their arrival. */
  readonly #waiting = new Set<(now: number) => void>();

  constructor(max: number) {
    this.#max = max;
  }

  /**
   * Sends a call when there is a place for it.
   *
   * @param send receives the rest of the time, in milliseconds, and whether the call was given up meanwhile.
   * @throws {NoResponse} after `timeoutMs`. A call without a place is then never sent. One that was sent may still take
   *   effect.
   */
  run<Result>(send: SendCall<Result>, timeoutMs: number): Promise<Result> {
    const arrived = performance.now();
    const deadline = arrived + timeoutMs;
    let isGivenUp = false;
    return new Promise((resolve, reject) => {
      const start = (now: number) => {
        // The timer of an ended request never fires on Cloudflare Workers.
        if (now > deadline) return;
        const place = { expiresAt: deadline + maxAbandonedMs };
        this.#places.add(place);
        // `async`: a client that throws at once must not reject the call whose place it takes.
        const call = async () => send(deadline - now, () => isGivenUp);
        call()
          .finally(() => {
            clearTimeout(timeout);
            this.#places.delete(place);
            this.#startWaiting(performance.now());
          })
          .then(resolve, reject);
      };
      const timeout = setTimeout(() => {
        isGivenUp = true;
        const isWaiting = this.#waiting.delete(start);
        const reason = isWaiting ? `all ${this.#max} connections were in use for` : "no response within";
        reject(new NoResponse(`${reason} ${Math.ceil(timeoutMs)} ms`));
      }, timeoutMs);
      this.#waiting.add(start);
      this.#startWaiting(arrived);
    });
  }

  #startWaiting(now: number): void {
    if (this.#places.size >= this.#max) {
      for (const place of this.#places) if (place.expiresAt <= now) this.#places.delete(place);
    }
    for (const start of this.#waiting) {
      if (this.#places.size >= this.#max) return;
      this.#waiting.delete(start);
      start(now);
    }
  }
}
