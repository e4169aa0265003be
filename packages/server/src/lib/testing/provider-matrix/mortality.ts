import type { Clock } from "../../ports/clock.js";

/** A process that can die anywhere: from then on nothing of it acts, and nothing that it waits for comes back. */
export class Mortality {
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

  /** Comes back only to the living. */
  async passes(): Promise<void> {
    if (!this.isAlive) await new Promise(() => {});
  }

  /** The same object, whose methods neither act nor answer once the process is dead. */
  bind<T extends object>(target: T, around: (name: string) => Promise<void> = async () => {}): T {
    return new Proxy(target, {
      get: (object, name, receiver) => {
        const value = Reflect.get(object, name, receiver);
        // What answers at once has nothing to wait for.
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
