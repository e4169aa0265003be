import type { Clock } from "../../src/lib/ports/clock.js";
import { type FakeClock, fakeClock } from "../fakes/fake-clock.js";

/** Delay until the store detects a commit of another process. */
const foreignCommitDelayMs = 250;

/**
 * A clock that advances only while no call is in flight. A call to the database or the storage returns before the next
 * timer fires, however much real time it takes.
 */
export class VirtualTime {
  readonly #clock: FakeClock = fakeClock();
  readonly #foreignListeners = new Set<() => void>();
  readonly #later = new Set<Promise<void>>();
  #inFlight = 0;
  /** Called when no call is in flight any more. */
  #onQuiet: () => void = () => {};

  get clock(): Clock {
    return this.#clock;
  }

  /**
   * Wraps an object. The clock stands still while one of its methods runs, and `onForeignCommit` fires only for
   * `foreignCommit`.
   */
  watch<T extends object>(target: T): T {
    return new Proxy(target, {
      get: (object, name, receiver) => {
        const value = Reflect.get(object, name, receiver);
        if (typeof value !== "function") return value;
        if (name === "onForeignCommit") {
          return (listener: () => void) => {
            this.#foreignListeners.add(listener);
            return () => this.#foreignListeners.delete(listener);
          };
        }
        return async (...args: unknown[]) => {
          this.#inFlight += 1;
          try {
            return await Reflect.apply(value, object, args);
          } finally {
            this.#inFlight -= 1;
            if (this.#inFlight === 0) this.#onQuiet();
          }
        };
      },
    });
  }

  /** Simulates a commit of another process without a wake. The listeners run after 250 ms. */
  foreignCommit(): void {
    this.#clock.setTimer(foreignCommitDelayMs, () => {
      for (const listener of [...this.#foreignListeners]) listener();
    });
  }

  /** Starts work after some turns of the event loop. The clock stands still until the work is done. */
  later(turns: number, work: () => Promise<void>): void {
    const done = this.#turns(turns)
      .then(work)
      .finally(() => this.#later.delete(done));
    this.#later.add(done);
  }

  /** Advances the clock. Due timers fire in order, each at its own time. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.#clock.now() + milliseconds;
    for (;;) {
      await this.#waitForCalls();
      const [next] = this.#clock.pending();
      const leftMs = end - this.#clock.now();
      if (next === undefined || next > leftMs) return this.#clock.skip(leftMs);
      await this.#clock.advance(Math.max(next, 0));
    }
  }

  async #waitForCalls(): Promise<void> {
    do {
      await Promise.all(this.#later);
      await this.#turns(2);
      await this.#quiet();
    } while (this.#inFlight > 0 || this.#later.size > 0);
  }

  /** Waits for an event: a loop that polls would take the processor from a database on this machine. */
  async #quiet(): Promise<void> {
    if (this.#inFlight === 0) return;
    await new Promise<void>((resolve) => {
      this.#onQuiet = resolve;
    });
    // The continuation of the last call may send the next one.
    await this.#turns(2);
  }

  async #turns(count: number): Promise<void> {
    for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }
}
