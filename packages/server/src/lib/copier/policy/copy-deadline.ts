import type { Clock } from "../../ports/clock.js";

/** The time limits of one copy: in total, and until the next event. */
export class CopyDeadline {
  /** Aborts at a time limit or with the request's signal, with the reason. */
  readonly signal: AbortSignal;
  readonly #clock: Clock;
  readonly #timeout = new AbortController();
  readonly #cancelTotal: () => void;
  #cancelNext: () => void = () => undefined;

  constructor(clock: Clock, { signal, totalMs }: { readonly signal: AbortSignal; readonly totalMs: number }) {
    this.#clock = clock;
    this.signal = AbortSignal.any([signal, this.#timeout.signal]);
    this.#cancelTotal = this.#abortAfter(totalMs, "Not completed");
  }

  /**
   * Restarts the limit until the next event.
   *
   * @param failure start of the error message if the event does not arrive in time.
   */
  expect(withinMs: number, failure: string): void {
    this.#cancelNext();
    this.#cancelNext = this.#abortAfter(withinMs, failure);
  }

  /** Waits for the work, but rejects once the signal aborts. */
  async wait<T>(work: Promise<T>): Promise<T> {
    const { signal } = this;
    let abort = (): void => undefined;
    const aborted = new Promise<never>((_, reject) => {
      abort = () => reject(signal.reason);
    });
    signal.addEventListener("abort", abort);
    if (signal.aborted) abort();
    try {
      return await Promise.race([work, aborted]);
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }

  /** Cancels both limits. */
  end(): void {
    this.#cancelNext();
    this.#cancelTotal();
  }

  #abortAfter(ms: number, failure: string): () => void {
    return this.#clock.setTimer(ms, () => this.#timeout.abort(new Error(`${failure} within ${ms} ms.`)));
  }
}
