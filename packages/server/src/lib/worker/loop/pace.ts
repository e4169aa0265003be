import type { Clock } from "../../ports/clock.js";

/** Lets something be done once in an interval. By a timer: what waits for it does not depend on what time it is here. */
export class Pace {
  readonly #clock: Pick<Clock, "setTimer">;
  readonly #intervalMs: number;
  #isResting = false;
  #isStopped = false;
  #cancel: () => void = () => {};
  #onTime: () => void = () => {};

  constructor(clock: Pick<Clock, "setTimer">, intervalMs: number) {
    this.#clock = clock;
    this.#intervalMs = intervalMs;
  }

  /** Whether it is time; where it is not, `onTime` is called once it is, unless somebody asks after that. */
  isTime(onTime: () => void): boolean {
    this.#onTime = this.#isResting ? onTime : () => {};
    return !this.#isResting;
  }

  /** Begins an interval in which it is not time. */
  rest(): void {
    this.#cancel();
    if (this.#isStopped) return;
    this.#isResting = true;
    this.#cancel = this.#clock.setTimer(this.#intervalMs, () => {
      this.#isResting = false;
      this.#onTime();
    });
  }

  /** Calls nobody any more. */
  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }
}
