import type { Clock } from "../../ports/clock.js";

/** Limits an action to once per interval. It uses a timer, because the wall clock may jump. */
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

  /** Whether the interval is over. Otherwise `onTime` is called once when it is, unless a later call replaces it. */
  isTime(onTime: () => void): boolean {
    this.#onTime = this.#isResting ? onTime : () => {};
    return !this.#isResting;
  }

  /** Starts an interval. */
  rest(): void {
    this.#cancel();
    if (this.#isStopped) return;
    this.#isResting = true;
    this.#cancel = this.#clock.setTimer(this.#intervalMs, () => {
      this.#isResting = false;
      this.#onTime();
    });
  }

  /** Cancels the timer: `onTime` is not called any more. */
  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }
}
