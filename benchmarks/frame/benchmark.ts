/** How much is measured: `full` is what targets are set for, `short` only shows that everything works. */
export type Size = "full" | "short";

/** Something that Safelight wants to be, and what it was found to be. */
export interface Verdict {
  readonly what: string;
  readonly target: string;
  readonly measured: string;
  /** `null` where it could not be told, such as where a peer is missing. */
  readonly isMet: boolean | null;
}

/** What a benchmark found. */
export interface Findings {
  readonly columns: readonly string[];
  /** A cell for each column. */
  readonly rows: readonly (readonly string[])[];
  readonly verdicts: readonly Verdict[];
  /** What a reader has to know to trust the figures, a paragraph each. */
  readonly notes?: readonly string[];
}

/** One question, asked of Safelight and of its peers in the same run. */
export interface Benchmark {
  /** For `--only`. */
  readonly name: string;
  readonly title: string;
  /** What is done and what is counted, so that it can be judged. Markdown, without headings. */
  readonly method: string;
  /** How it is run, where it is no part of `pnpm bench`. */
  readonly command?: string;
  run(size: Size): Promise<Findings>;
}
