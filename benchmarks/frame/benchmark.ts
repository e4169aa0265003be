/** Size of a run: `full` is for the targets, `short` only checks that everything works. */
export type Size = "full" | "short";

/** A target and the measured value. */
export interface Verdict {
  readonly what: string;
  readonly target: string;
  readonly measured: string;
  /** `null` when unknown, for example without a peer. */
  readonly isMet: boolean | null;
}

/** Result of a benchmark. */
export interface Findings {
  readonly columns: readonly string[];
  /** One cell per column. */
  readonly rows: readonly (readonly string[])[];
  readonly verdicts: readonly Verdict[];
  /** Explanations of the figures, one paragraph each. */
  readonly notes?: readonly string[];
}

/** A comparison of Safelight and its peers in one run. */
export interface Benchmark {
  /** For `--only`. */
  readonly name: string;
  readonly title: string;
  /** Procedure and figures, in Markdown without headings. */
  readonly method: string;
  /** The command of a benchmark that is not part of `pnpm bench`. */
  readonly command?: string;
  /** Runs with `--only` alone, and is written between marks of its own name. @default false */
  readonly isSeparate?: boolean;
  run(size: Size): Promise<Findings>;
}
