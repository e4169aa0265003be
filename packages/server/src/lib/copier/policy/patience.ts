import type { Clock } from "../../ports/clock.js";

/** The time limits of one copy: in total, and until the next event. */
export class Patience {
  /** Aborts at a time limit or with the request's signal, with the reason. */
  readonly signal: AbortSignal;
  readonly #clock: Clock;
  readonly #over = new AbortController();
  readonly #cancelTotal: () => void;
  #cancelNext: () => void = () => undefined;

  constructor(clock: Clock, { signal, totalMs }: { readonly signal: AbortSignal; readonly totalMs: number }) {
    this.#clock = clock;
    this.signal = AbortSignal.any([signal, this.#over.signal]);
    this.#cancelTotal = this.#after(totalMs, "It was not done");
  }

  /**
   * Restarts the limit until the next event.
   *
   * @param unless start of the error when the event did not arrive in time.
   */
  expect(withinMs: number, unless: string): void {
    this.#cancelNext();
    this.#cancelNext = this.#after(withinMs, unless);
  }

  /** Waits for the work, but rejects once the signal aborts. */
  async wait<T>(work: Promise<T>): Promise<T> {
    const { signal } = this;
    let stop = (): void => undefined;
    const aborted = new Promise<never>((_, reject) => {
      stop = () => reject(signal.reason);
    });
    signal.addEventListener("abort", stop);
    if (signal.aborted) stop();
    try {
      return await Promise.race([work, aborted]);
    } finally {
      signal.removeEventListener("abort", stop);
    }
  }

  /** Cancels both limits. */
  end(): void {
    this.#cancelNext();
    this.#cancelTotal();
  }

  #after(ms: number, what: string): () => void {
    return this.#clock.setTimer(ms, () => this.#over.abort(new Error(`${what} in ${ms} ms.`)));
  }
}
