/** The result of one run of the command line. */
export interface CommandOutcome {
  /** 0: success. 1: the audit found violations. 2: the command failed. */
  readonly exitCode: 0 | 1 | 2;
  readonly output: string;
  readonly errors: string;
  /** Ends a command that goes on until the process ends; for tests. */
  readonly close?: () => Promise<void>;
}
