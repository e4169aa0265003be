import type { Clock } from "../../ports/clock.js";

/** What a loop sleeps on. A ring while nobody sleeps is kept for the next one who does. */
export class Alarm {
  readonly #clock: Clock;
  #hasRung = false;
  #wake: (() => void) | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  ring(): void {
    this.#hasRung = true;
    this.#wake?.();
  }

  /** What rings from here on ends the next sleep. */
  reset(): void {
    this.#hasRung = false;
  }

  /** @param delayMs `null` to sleep until it rings. */
  sleep(delayMs: number | null): Promise<void> {
    if (this.#hasRung) return Promise.resolve();
    return new Promise((resolve) => {
      const cancelTimer = delayMs === null ? () => {} : this.#clock.setTimer(delayMs, () => this.#wake?.());
      this.#wake = () => {
        this.#wake = null;
        cancelTimer();
        resolve();
      };
    });
  }
}
