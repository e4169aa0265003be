import type { Clock } from "../../ports/clock.js";

/** Limits the work of a request on hosts that end long requests. The time starts when the budget is created. */
export class StepBudget {
  readonly #clock: Clock;
  readonly #budgetMs: number | null;
  readonly #until: number;

  /** @param budgetMs max duration of a request; `null` for no limit. */
  constructor(clock: Clock, budgetMs: number | null) {
    this.#clock = clock;
    this.#budgetMs = budgetMs;
    this.#until = clock.now() + (budgetMs ?? 0);
  }

  /** Milliseconds until the host may end the request; `Infinity` without a limit. */
  get leftMs(): number {
    return this.#budgetMs === null ? Number.POSITIVE_INFINITY : Math.max(this.#until - this.#clock.now(), 0);
  }

  /** Whether enough time is left to begin a step. A paid request that the host cuts off is lost. */
  get isEnough(): boolean {
    return this.#budgetMs === null || this.leftMs >= this.#budgetMs / 2;
  }
}
