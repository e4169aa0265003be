import type { Clock } from "../../ports/clock.js";

/** How long one copy may take, as a whole and until the next thing happens. */
export class Patience {
  /** Aborted when nobody waits any more, with why. */
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
   * Waits so long for what comes next, from now.
   *
   * @param unless what is said when it has not come.
   */
  expect(withinMs: number, unless: string): void {
    this.#cancelNext();
    this.#cancelNext = this.#after(withinMs, unless);
  }

  /** Waits for this, or until nobody waits any more. */
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

  /** Expects nothing more. */
  end(): void {
    this.#cancelNext();
    this.#cancelTotal();
  }

  #after(ms: number, what: string): () => void {
    return this.#clock.setTimer(ms, () => this.#over.abort(new Error(`${what} in ${ms} ms.`)));
  }
}
