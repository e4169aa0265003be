/** What a vendor was paid. */
export interface Paid {
  /** How often for each generation. */
  readonly generations: readonly (readonly [string, number])[];
  /** Requests of one attempt that came again. */
  readonly repeated: number;
}
