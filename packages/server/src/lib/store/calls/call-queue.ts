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

/**
 * The oldest call is sent first while it has at least this share of its time. With less, the database cannot keep up with
 * the load: the oldest calls would take all places, and end without a response.
 */
const patientTimeShare = 0.5;

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
  /** Until then, it is sent before newer calls, by `performance.now()`. */
  readonly patientUntil: number;
  /** The last time at which it may be sent, by `performance.now()`. */
  readonly latest: number;
  readonly send: (now: number) => void;
}

/**
 * Gives a client of the host at most `max` calls at a time. Clients queue calls without a bound and cannot take one
 * back: during an outage, they would keep every refused command, and send them all after it.
 *
 * The oldest call is sent first, so that each gets its turn while all places are in use. After an outage, or under a load
 * that the database cannot keep up with, the oldest has little time left: then the newest is sent first.
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
      const place = { expiresAt: deadline + maxAbandonedMs };
      const send = (now: number) => {
        this.#places.add(place);
        // `async`: a client that throws at once must not reject the call whose place it takes.
        const call = async () => sendCall(deadline - now, () => waiting.isGivenUp);
        call()
          .finally(() => {
            clearTimeout(timer);
            this.#places.delete(place);
            this.#sendWaiting(performance.now());
          })
          .then(resolve, reject);
      };
      // The timer of an ended request never fires on Cloudflare Workers, so the time counts, too.
      const waiting = {
        isGivenUp: false,
        patientUntil: deadline - patientTimeShare * timeoutMs,
        latest: deadline - minTimeShare * timeoutMs,
        send,
      };
      let timer = setTimeout(() => {
        waiting.isGivenUp = true;
        const wasSent = !this.#remove(waiting);
        const reason = wasSent ? "no response within" : `all ${this.#max} connections were in use for`;
        reject(new NoResponse(`${reason} ${Math.ceil(timeoutMs)} ms`));
        if (!wasSent) return;
        // No other event may wake the calls that wait for this place.
        timer = setTimeout(() => {
          this.#places.delete(place);
          this.#sendWaiting(performance.now());
        }, maxAbandonedMs);
        // The calls that wait keep the process alive.
        timer.unref?.();
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
      const next = this.#next(now);
      if (next === undefined) return;
      this.#remove(next);
      next.send(now);
    }
  }

  #next(now: number): WaitingCall | undefined {
    const hasTime = ({ latest }: WaitingCall): boolean => now <= latest;
    const oldest = this.#waiting.find(hasTime);
    return oldest !== undefined && now > oldest.patientUntil ? this.#waiting.findLast(hasTime) : oldest;
  }
}
