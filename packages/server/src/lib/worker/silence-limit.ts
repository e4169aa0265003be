import type { Clock } from "../ports/clock.js";

/** Aborts a signal when nothing was reported for a time. */
export class SilenceLimit {
  readonly #clock: Pick<Clock, "setTimer">;
  readonly #limitMs: number;
  readonly #controller = new AbortController();
  #cancel: () => void = () => {};

  constructor(clock: Pick<Clock, "setTimer">, limitMs: number) {
    this.#clock = clock;
    this.#limitMs = limitMs;
    this.restart();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Something was reported: the whole time begins again. */
  restart(): void {
    this.#cancel();
    this.#cancel = this.#clock.setTimer(this.#limitMs, () =>
      this.#controller.abort(new Error(`The provider did not respond in ${this.#limitMs} ms.`)),
    );
  }

  stop(): void {
    this.#cancel();
  }
}
