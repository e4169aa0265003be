import type { Clock } from "../../ports/clock.js";

/** The wakeable sleep of a loop. A ring while the loop is awake ends its next sleep at once. */
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

  /** Clears an earlier ring: only a later one ends the next sleep. */
  reset(): void {
    this.#hasRung = false;
  }

  /** @param delayMs `null` sleeps until a ring. */
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
