/** A piece of a source file, and what stands there in a mutant. */
export interface Edit {
  /** Below `packages/server`. */
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
}

/** The server with one guard taken away; with several where one backs another up. */
export interface Mutant {
  /** File, declaration and guard, such as `settle.ts settleGuards.epoch`. It outlives changes elsewhere in the file. */
  readonly id: string;
  readonly edits: readonly Edit[];
}

/** Guards that no test can miss alone, for one reason. */
export interface Equivalents {
  /** By the ids of their mutants. */
  readonly guards: readonly string[];
  readonly because: string;
  /** What backs them up: each of the guards is dropped together with these, and then has to be caught. */
  readonly together?: readonly string[];
}

/** The source of a file as a mutant has it. */
export function mutated(source: string, edits: readonly Edit[]): string {
  return edits
    .toSorted((a, b) => b.start - a.start)
    .reduce((text, { start, end, replacement }) => text.slice(0, start) + replacement + text.slice(end), source);
}
