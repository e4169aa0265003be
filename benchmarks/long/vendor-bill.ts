/** Paid requests at the vendor. */
export interface VendorBill {
  /** Number of paid requests per generation. */
  readonly generations: readonly (readonly [string, number])[];
  /** Repeated requests of one attempt. */
  readonly repeated: number;
}
