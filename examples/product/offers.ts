/** The price of one postcard, in credits. */
export const postcardCredits = 4;

/** The credits of each new account, also of a guest's. */
export const initialCredits = 6;

/** An item of the shop. */
export interface Offer {
  readonly id: string;
  readonly name: string;
  readonly credits: number;
  /** In US cents. */
  readonly price: number;
  /** A pack is bought once; a plan is paid each month, and grants its credits each time. */
  readonly kind: "pack" | "plan";
}

/** The server alone decides prices and credits: the page only sends the `id`. */
export const offers: readonly Offer[] = [
  { id: "small", name: "Small pack", credits: 20, price: 500, kind: "pack" },
  { id: "large", name: "Large pack", credits: 100, price: 2_000, kind: "pack" },
  { id: "monthly", name: "Monthly", credits: 80, price: 1_200, kind: "plan" },
];
