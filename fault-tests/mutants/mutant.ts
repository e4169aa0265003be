/** Replaces a span of a source file. */
export interface Edit {
  /** Below `packages/server`. */
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
}

/** The server without one guard, or without several that back each other up. */
export interface Mutant {
  /** File, declaration and guard, such as `settle.ts settleGuards.epoch`. Changes elsewhere in the file do not affect it. */
  readonly id: string;
  /** The kind of change in PL/pgSQL. */
  readonly kind?: "lock" | "lock order" | "no wait" | "condition" | "conjunct";
  readonly edits: readonly Edit[];
}

/** Guards that no test can catch alone, with one reason. */
export interface Equivalents {
  /** By the ids of their mutants. */
  readonly guards: readonly string[];
  readonly because: string;
  /** Guards that back them up: each of `guards` is dropped together with these, and a test must then fail. */
  readonly together?: readonly string[];
}

/** Applies the edits of a mutant. */
export function mutated(source: string, edits: readonly Edit[]): string {
  return edits
    .toSorted((a, b) => b.start - a.start)
    .reduce((text, { start, end, replacement }) => text.slice(0, start) + replacement + text.slice(end), source);
}
