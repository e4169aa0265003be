import type { Clock } from "../../ports/clock.js";

/** The sleep of a loop. A wake while the loop is awake ends its next sleep at once. */
export class WakeableSleep {
  readonly #clock: Clock;
  #isWoken = false;
  #end: (() => void) | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  wake(): void {
    this.#isWoken = true;
    this.#end?.();
  }

  /** Clears an earlier wake: only a later one ends the next sleep. */
  clear(): void {
    this.#isWoken = false;
  }

  /** @param delayMs `null` sleeps until a wake. */
  sleep(delayMs: number | null): Promise<void> {
    if (this.#isWoken) return Promise.resolve();
    return new Promise((resolve) => {
      const cancelTimer = delayMs === null ? () => {} : this.#clock.setTimer(delayMs, () => this.#end?.());
      this.#end = () => {
        this.#end = null;
        cancelTimer();
        resolve();
      };
    });
  }
}
