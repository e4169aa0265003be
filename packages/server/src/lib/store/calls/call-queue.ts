/**
 * In milliseconds. A call keeps its place for this long after its caller stopped waiting. Without an end, some would keep
 * it forever: a call never settles if its request was ended on Cloudflare Workers.
 */
const maxAbandonedMs = 5_000;

/**
 * A call is not sent with less than this share of its time: it would end without a response, cost its connection, and
 * still take effect.
 */
const minTimeShare = 0.2;

/** The error of a call without a response in time: the connections were in use, or the database did not respond. */
export class NoResponse extends Error {}

/** Sends a call. */
export type SendCall<Result> = (timeoutMs: number, isGivenUp: () => boolean) => Promise<Result>;

/** A call that the client has. */
interface Place {
  /** By `performance.now()`. */
  readonly expiresAt: number;
}

interface WaitingCall {
  isGivenUp: boolean;
  /** The last time at which it may be sent, by `performance.now()`. */
  readonly latest: number;
  readonly send: (now: number) => void;
}

/**
 * Gives a client of the host at most `max` calls at a time. Clients queue calls without a bound and cannot take one
 * back: during an outage, they would keep every refused command, and send them all after it. The newest call is sent
 * first: under a load that the database cannot keep up with, the oldest ones would have no time left.
 */
export class CallQueue {
  readonly #max: number;
  readonly #places = new Set<Place>();
  /** In the order of their arrival. */
  readonly #waiting: WaitingCall[] = [];

  constructor(max: number) {
    this.#max = max;
  }

  /**
   * Sends a call when there is a place for it.
   *
   * @param sendCall receives the rest of the time, in milliseconds, and whether the call was given up.
   * @throws {NoResponse} after `timeoutMs`. A call without a place is then never sent. One that was sent may still take
   *   effect.
   */
  run<Result>(sendCall: SendCall<Result>, timeoutMs: number): Promise<Result> {
    const arrived = performance.now();
    const deadline = arrived + timeoutMs;
    return new Promise((resolve, reject) => {
      const send = (now: number) => {
        const place = { expiresAt: deadline + maxAbandonedMs };
        this.#places.add(place);
        // `async`: a client that throws at once must not reject the call whose place it takes.
        const call = async () => sendCall(deadline - now, () => waiting.isGivenUp);
        call()
          .finally(() => {
            clearTimeout(timeout);
            this.#places.delete(place);
            this.#sendWaiting(performance.now());
          })
          .then(resolve, reject);
      };
      // The timer of an ended request never fires on Cloudflare Workers, so the time counts, too.
      const waiting = { isGivenUp: false, latest: deadline - minTimeShare * timeoutMs, send };
      const timeout = setTimeout(() => {
        waiting.isGivenUp = true;
        const reason = this.#remove(waiting) ? `all ${this.#max} connections were in use for` : "no response within";
        reject(new NoResponse(`${reason} ${Math.ceil(timeoutMs)} ms`));
      }, timeoutMs);
      this.#waiting.push(waiting);
      this.#sendWaiting(arrived);
    });
  }

  /** @returns whether the call was waiting. */
  #remove(call: WaitingCall): boolean {
    const index = this.#waiting.indexOf(call);
    if (index >= 0) this.#waiting.splice(index, 1);
    return index >= 0;
  }

  #sendWaiting(now: number): void {
    if (this.#places.size >= this.#max) {
      for (const place of this.#places) if (place.expiresAt <= now) this.#places.delete(place);
    }
    while (this.#places.size < this.#max) {
      const newest = this.#waiting.findLast(({ latest }) => now <= latest);
      if (newest === undefined) return;
      this.#remove(newest);
      newest.send(now);
    }
  }
}
