import type { Clock } from "../ports/clock.js";

/** How long this process may go on, where the host ends or freezes one that answers no request. */
export class StepBudget {
  readonly #clock: Clock;
  readonly #budgetMs: number | null;
  #until = Number.NEGATIVE_INFINITY;

  /** @param budgetMs how long the host lets a request run; `null` where it ends no process. */
  constructor(clock: Clock, budgetMs: number | null) {
    this.#clock = clock;
    this.#budgetMs = budgetMs;
  }

  /** A request begins: the process lives at least as long as the host lets that one run. */
  renew(): void {
    if (this.#budgetMs !== null) this.#until = Math.max(this.#until, this.#clock.now() + this.#budgetMs);
  }

  /** Until the process may be ended; no end is `Infinity`. */
  get leftMs(): number {
    return this.#budgetMs === null ? Number.POSITIVE_INFINITY : Math.max(this.#until - this.#clock.now(), 0);
  }

  /** Whether there is time to begin something: what is cut off in the middle of a paid request is lost. */
  get isEnough(): boolean {
    return this.#budgetMs === null || this.leftMs >= this.#budgetMs / 2;
  }
}
