/** Max due rows over which claims are spread. Skipping a row costs a step of the index. */
const maxRows = 512;

/** A claim of the longest due rows after those that it skipped. */
export interface SpreadClaim {
  /** Max rows of the claim. */
  readonly limit: number;
  /** Rows that the claim requested, and those that it got: other workers took the rest at the same time. */
  readonly requested: number;
  readonly claimed: number;
  /** Whether no further row was due. */
  readonly isWhole: boolean;
}

/**
 * Spreads the claims of several workers over the due rows. Workers that claim at the same time read the same rows, the
 * longest due ones, and only one of these workers gets them. A claim that loses rows to others doubles the number of rows over
 * which the next ones are spread. A claim that gets all its rows reduces it by that of one claim.
 *
 * The longest due rows are not starved: each position has the same chance, and a worker without competitors skips none.
 */
export class ClaimSpread {
  readonly #random: () => number;
  #rows = 0;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** Rows that the next claim skips: a multiple of `limit`, so that two claims share all their rows or none. */
  skip(limit: number): number {
    const claims = Math.max(Math.floor(this.#rows / limit), 1);
    return Math.floor(this.#random() * claims) * limit;
  }

  record({ claimed, isWhole, limit, requested }: SpreadClaim): void {
    if (isWhole) this.#rows = 0;
    else if (claimed < requested) this.#rows = Math.min(Math.max(this.#rows, limit) * 2, maxRows);
    else this.#rows = Math.max(this.#rows - limit, 0);
  }
}
