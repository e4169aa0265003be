/** A mutant that no test can tell from the original, alone. */
export interface Equivalent {
  readonly id: string;
  readonly because: string;
  /** What backs it up: dropped together with these, it has to be caught. */
  readonly together?: readonly string[];
}

export const equivalents: readonly Equivalent[] = [];
