import { SteadyClock } from "./steady-clock.js";

/** The clock of a test, and a source of tokens. */
export interface StoreTimeOptions {
  /** Epoch milliseconds in place of the database's own time. For tests; absent in production. */
  readonly now?: (() => number) | undefined;
  /** Milliseconds of a monotonic clock. */
  readonly monotonicNow: () => number;
  /** Whether the clock is correct from the start: the clock of a test, which has no other. */
  readonly isExact?: boolean;
  /** Unguessable and unique. */
  readonly createToken: () => string;
}

/** The time of a store: how far the database's time is ahead, and the arguments that its statements share. */
export class StoreTime {
  readonly #options: StoreTimeOptions;

  /** Every statement subtracts its correction, also from the `createdAt` of a new generation. */
  readonly clock = new SteadyClock();

  constructor(options: StoreTimeOptions) {
    this.#options = options;
  }

  get isExact(): boolean {
    return this.#options.isExact ?? false;
  }

  readonly monotonicNow = (): number => this.#options.monotonicNow();

  createToken(): string {
    return this.#options.createToken();
  }

  /** `now`: the time of a test; null to read the database's own. */
  arguments(): { readonly now: number | null; readonly aheadMs: number; readonly isExact: 0 | 1 } {
    return { now: this.#options.now?.() ?? null, aheadMs: this.clock.aheadMs, isExact: this.isExact ? 1 : 0 };
  }
}
