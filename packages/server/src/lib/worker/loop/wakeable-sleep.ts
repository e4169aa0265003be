import type { Clock } from "../../ports/clock.js";

/** The sleep of a loop. A wake while the loop is awake ends or shortens its next sleep. */
export class WakeableSleep {
  readonly #clock: Clock;
  /** Epoch milliseconds; `-Infinity` for now, `Infinity` without a wake. */
  #wakeAt = Number.POSITIVE_INFINITY;
  #restart: (() => void) | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @param inMs max time until the sleep ends, in milliseconds. It never prolongs a sleep. */
  wake(inMs = 0): void {
    const wakeAt = inMs > 0 ? this.#clock.now() + inMs : Number.NEGATIVE_INFINITY;
    if (wakeAt >= this.#wakeAt) return;
    this.#wakeAt = wakeAt;
    this.#restart?.();
  }

  /** Clears earlier wakes: only later ones affect the next sleep. */
  clear(): void {
    this.#wakeAt = Number.POSITIVE_INFINITY;
  }

  sleep(delayMs: number): Promise<void> {
    // Not `wake`: a delay of 0 must let other work run first.
    this.#wakeAt = Math.min(this.#wakeAt, this.#clock.now() + delayMs);
    return new Promise((resolve) => {
      let cancelTimer = (): void => {};
      const end = (): void => {
        this.#restart = null;
        cancelTimer();
        resolve();
      };
      this.#restart = () => {
        cancelTimer();
        if (this.#wakeAt === Number.NEGATIVE_INFINITY) return end();
        cancelTimer = this.#clock.setTimer(this.#wakeAt - this.#clock.now(), end);
      };
      this.#restart();
    });
  }
}
