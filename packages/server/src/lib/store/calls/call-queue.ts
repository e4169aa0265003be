/**
 * Max time that an abandoned call occupies a slot, in milliseconds. On Cloudflare Workers, a call of an ended request never
 * settles.
 */
const maxAbandonedMs = 5_000;

/**
 * A call is not sent with less than this share of its time: it would end without a response, cost its connection, and
 * still take effect.
 */
const minTimeShare = 0.2;

/**
 * The oldest call is sent first while it has at least this share of its time. With less, the database cannot keep up with
 * the load: the oldest calls would occupy all slots, and end without a response.
 */
const oldestFirstShare = 0.5;

/** The error of a call without a response in time: the connections were in use, or the database did not respond. */
export class NoResponse extends Error {}

/** Sends a call. */
export type SendCall<Result> = (timeoutMs: number, isAbandoned: () => boolean) => Promise<Result>;

export interface RunOptions {
  /** Max time for the wait and the call, in milliseconds. */
  readonly timeoutMs: number;
  /** At most one call with this key is in flight. */
  readonly exclusiveKey?: string | undefined;
}

/** A call that was sent. */
interface Slot {
  readonly exclusiveKey: string | undefined;
  /** By `performance.now()`. */
  readonly expiresAt: number;
}

interface WaitingCall {
  isAbandoned: boolean;
  readonly exclusiveKey: string | undefined;
  /** Until then, it is sent before newer calls, by `performance.now()`. */
  readonly oldestFirstUntil: number;
  /** The last time at which it may be sent, by `performance.now()`. */
  readonly latest: number;
  readonly send: (now: number) => void;
}

/**
 * Gives a client of the host at most `max` calls at a time. Clients queue calls without a bound and cannot take one
 * back: during an outage, they would keep every refused command, and send them all after it.
 *
 * The oldest call is sent first, so that each gets its turn while all slots are in use. After an outage, or under a load
 * that the database cannot keep up with, the oldest has little time left: then the newest is sent first.
 */
export class CallQueue {
  readonly #max: number;
  readonly #slots = new Set<Slot>();
  /** In the order of their arrival. */
  readonly #waiting: WaitingCall[] = [];

  constructor(max: number) {
    this.#max = max;
  }

  /**
   * Sends a call when a slot is free.
   *
   * @param sendCall receives the rest of the time, in milliseconds, and whether its caller has stopped waiting.
   * @throws {NoResponse} after `timeoutMs`. A call without a slot is then never sent. One that was sent may still take
   *   effect.
   */
  run<Result>(sendCall: SendCall<Result>, { exclusiveKey, timeoutMs }: RunOptions): Promise<Result> {
    const arrived = performance.now();
    const deadline = arrived + timeoutMs;
    return new Promise((resolve, reject) => {
      const slot = { exclusiveKey, expiresAt: deadline + maxAbandonedMs };
      const send = (now: number) => {
        this.#slots.add(slot);
        // `async` turns a synchronous throw of the client into a rejection of this call.
        const call = async () => sendCall(deadline - now, () => waiting.isAbandoned);
        call()
          .finally(() => {
            clearTimeout(timer);
            this.#slots.delete(slot);
            this.#sendWaiting(performance.now());
          })
          .then(resolve, reject);
      };
      // The timer of an ended request never fires on Cloudflare Workers, so the time counts, too.
      const waiting = {
        isAbandoned: false,
        exclusiveKey,
        oldestFirstUntil: deadline - oldestFirstShare * timeoutMs,
        latest: deadline - minTimeShare * timeoutMs,
        send,
      };
      let timer = setTimeout(() => {
        waiting.isAbandoned = true;
        const wasSent = !this.#remove(waiting);
        const reason = wasSent ? "no response within" : this.#reasonOfWait(exclusiveKey);
        reject(new NoResponse(`${reason} ${Math.ceil(timeoutMs)} ms`));
        if (!wasSent) return;
        // The call may never settle, so this timer frees its slot.
        timer = setTimeout(() => {
          this.#slots.delete(slot);
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

  #reasonOfWait(key: string | undefined): string {
    if (key !== undefined && this.#keysInFlight().has(key))
      return "an earlier call of the same account or owner was in flight for";
    return `all ${this.#max} connections were in use for`;
  }

  #keysInFlight(): ReadonlySet<string | undefined> {
    return new Set([...this.#slots].map(({ exclusiveKey }) => exclusiveKey));
  }

  #sendWaiting(now: number): void {
    // A slot whose timer never fires also blocks its key.
    for (const slot of this.#slots) if (slot.expiresAt <= now) this.#slots.delete(slot);
    while (this.#slots.size < this.#max) {
      const next = this.#next(now);
      if (next === undefined) return;
      this.#remove(next);
      next.send(now);
    }
  }

  #next(now: number): WaitingCall | undefined {
    const keys = this.#keysInFlight();
    const maySend = ({ exclusiveKey, latest }: WaitingCall): boolean =>
      now <= latest && (exclusiveKey === undefined || !keys.has(exclusiveKey));
    const oldest = this.#waiting.find(maySend);
    return oldest !== undefined && now > oldest.oldestFirstUntil ? this.#waiting.findLast(maySend) : oldest;
  }
}
