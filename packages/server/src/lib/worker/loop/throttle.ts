import type { Clock } from "../../ports/clock.js";

/** Limits an action to once per interval. It uses a timer, because the wall clock may jump. */
export class Throttle {
  readonly #clock: Pick<Clock, "setTimer">;
  readonly #intervalMs: number;
  #isWaiting = false;
  #isStopped = false;
  #cancelTimer: () => void = () => {};
  #onReady: () => void = () => {};

  constructor(clock: Pick<Clock, "setTimer">, intervalMs: number) {
    this.#clock = clock;
    this.#intervalMs = intervalMs;
  }

  /**
   * Whether the interval is over.
   *
   * @param options.onReady called once when the interval ends, if it is not over. A later `onReady` replaces it.
   */
  isReady({ onReady }: { readonly onReady?: (() => void) | undefined } = {}): boolean {
    if (this.#isWaiting) this.#onReady = onReady ?? this.#onReady;
    return !this.#isWaiting;
  }

  /** Starts an interval. */
  start(): void {
    this.#cancelTimer();
    if (this.#isStopped) return;
    this.#isWaiting = true;
    this.#cancelTimer = this.#clock.setTimer(this.#intervalMs, () => {
      this.#isWaiting = false;
      const onReady = this.#onReady;
      this.#onReady = () => {};
      onReady();
    });
  }

  /** Cancels the timer: `onReady` is never called afterwards. */
  stop(): void {
    this.#isStopped = true;
    this.#cancelTimer();
  }
}
