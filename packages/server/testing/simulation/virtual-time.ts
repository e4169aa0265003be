import type { Clock } from "../../src/lib/ports/clock.js";
import { type FakeClock, fakeClock } from "../fakes/fake-clock.js";

/** How long a commit of another process may go unnoticed. */
const noticeMs = 250;

/**
 * Time that passes only when nothing is going on: what was sent to the database or the storage comes back before the next
 * timer fires, however long that really takes.
 */
export class VirtualTime {
  readonly #clock: FakeClock = fakeClock();
  readonly #foreignListeners = new Set<() => void>();
  readonly #later = new Set<Promise<void>>();
  #underWay = 0;

  get clock(): Clock {
    return this.#clock;
  }

  /** The same object; time stands still while one of its methods is at work, and foreign commits are as told. */
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
          this.#underWay += 1;
          try {
            return await Reflect.apply(value, object, args);
          } finally {
            this.#underWay -= 1;
          }
        };
      },
    });
  }

  /** Another process has committed, and nobody was told: it is noticed in the end. */
  foreignCommit(): void {
    this.#clock.setTimer(noticeMs, () => {
      for (const listener of [...this.#foreignListeners]) listener();
    });
  }

  /** Does something after some turns of the event loop, and before time passes. */
  later(turns: number, work: () => Promise<void>): void {
    const done = this.#turns(turns)
      .then(work)
      .finally(() => this.#later.delete(done));
    this.#later.add(done);
  }

  /** Timers that come due fire in order, each at its own time. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.#clock.now() + milliseconds;
    for (;;) {
      await this.#quiet();
      const [next] = this.#clock.pending();
      const leftMs = end - this.#clock.now();
      if (next === undefined || next > leftMs) return this.#clock.skip(leftMs);
      await this.#clock.advance(Math.max(next, 0));
    }
  }

  async #quiet(): Promise<void> {
    do {
      await Promise.all(this.#later);
      await this.#turns(2);
    } while (this.#underWay > 0 || this.#later.size > 0);
  }

  async #turns(count: number): Promise<void> {
    for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }
}
