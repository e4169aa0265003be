/** Guards that no test can miss alone, for one reason. */
export interface Equivalents {
  /** By the ids of their mutants. */
  readonly guards: readonly string[];
  readonly because: string;
  /** What backs them up: each of the guards is dropped together with these, and then has to be caught. */
  readonly together?: readonly string[];
}

/** One that is listed here and no longer there is an error. */
export const equivalents: readonly Equivalents[] = [];
