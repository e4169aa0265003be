import type { Clock } from "../../src/lib/ports/clock.js";

/** A process that can die anywhere. A dead process does nothing more, and its pending calls never resolve. */
export class KillableProcess {
  isAlive = true;
  readonly died: Promise<void>;
  #die: () => void = () => {};

  constructor() {
    this.died = new Promise((resolve) => {
      this.#die = resolve;
    });
  }

  kill(): void {
    this.isAlive = false;
    this.#die();
  }

  /** Resolves only while the process is alive. */
  async passes(): Promise<void> {
    if (!this.isAlive) await new Promise(() => {});
  }

  /** Wraps an object whose methods neither run nor resolve once the process is dead. */
  bind<T extends object>(target: T, around: (name: string) => Promise<void> = async () => {}): T {
    return new Proxy(target, {
      get: (object, name, receiver) => {
        const value = Reflect.get(object, name, receiver);
        // A synchronous method has nothing to wait for.
        if (typeof value !== "function" || name === "onForeignCommit") return value;
        return async (...args: unknown[]) => {
          await around(String(name));
          await this.passes();
          try {
            return await Reflect.apply(value, object, args);
          } finally {
            await this.passes();
          }
        };
      },
    });
  }

  bindClock(clock: Clock): Clock {
    return {
      now: clock.now,
      setTimer: (delayMs, callback) =>
        clock.setTimer(delayMs, () => {
          if (this.isAlive) callback();
        }),
    };
  }
}
