/** The result of one run of the command line. */
export interface CommandOutcome {
  /** 0: done, and everything holds. 1: the audit found violations. 2: the command could not do its work. */
  readonly exitCode: 0 | 1 | 2;
  readonly output: string;
  readonly errors: string;
}
