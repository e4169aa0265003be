import type { Clock } from "../../ports/clock.js";

/** How long a request may work, where the host ends those that run longer. Begins when it is made. */
export class StepBudget {
  readonly #clock: Clock;
  readonly #budgetMs: number | null;
  readonly #until: number;

  /** @param budgetMs how long the host lets a request run; `null` for no limit. */
  constructor(clock: Clock, budgetMs: number | null) {
    this.#clock = clock;
    this.#budgetMs = budgetMs;
    this.#until = clock.now() + (budgetMs ?? 0);
  }

  /** Until the host may end the request; no end is `Infinity`. */
  get leftMs(): number {
    return this.#budgetMs === null ? Number.POSITIVE_INFINITY : Math.max(this.#until - this.#clock.now(), 0);
  }

  /** Whether there is time to begin something: what is cut off in the middle of a paid request is lost. */
  get isEnough(): boolean {
    return this.#budgetMs === null || this.leftMs >= this.#budgetMs / 2;
  }
}
