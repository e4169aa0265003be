/** Prices in credits. The server charges them, and the page shows them. */
export const creditsPer = { image: 4, reel: 20 } as const;

/** The credits of each new account. */
export const initialCredits = 10;

/** A pack of credits. */
export interface Pack {
  readonly id: string;
  readonly name: string;
  readonly credits: number;
  /** In US cents. */
  readonly price: number;
}

/** The server alone decides prices and credits: the page only sends the `id`. */
export const packs: readonly Pack[] = [
  { id: "roll", name: "Roll", credits: 60, price: 600 },
  { id: "case", name: "Case", credits: 240, price: 2_000 },
  { id: "archive", name: "Archive", credits: 1_000, price: 7_000 },
];

/** The value of a credit on the operator page: that of the smallest pack, in US cents. */
export const centsPerCredit = 10;
