import type { CommandOutcome } from "./command-outcome.js";

/** The surroundings of a command. Tests leave out the parts that they do not need. */
export interface CommandContext {
  /** The token of a libSQL server. */
  readonly SAFELIGHT_AUTH_TOKEN?: string | undefined;
  /** Aborts the command. */
  readonly signal?: AbortSignal | undefined;
  /** Receives each line of the progress. */
  readonly report?: ((line: string) => void) | undefined;
  /** The variables of the environment. */
  readonly variables?: Readonly<Record<string, string | undefined>> | undefined;
  /** Whether a user at a terminal can answer questions; `false` without it. */
  readonly isTerminal?: boolean | undefined;
  /** Version of Node without `v`; that of the process without it. */
  readonly nodeVersion?: string | undefined;
  /** Epoch milliseconds; the machine's time without it. */
  readonly now?: (() => number) | undefined;
}

/** One command of the command line. */
export interface Command {
  /** One line for each form, without the program's name. */
  readonly synopsis: readonly string[];
  /** Describes the command and its options. */
  readonly help: string;
  /** Start of the message when it fails. */
  readonly failure: string;
  /**
   * @param args the arguments after the name of the command.
   * @throws {UsageError} for wrong arguments.
   */
  run(args: readonly string[], context: CommandContext): Promise<CommandOutcome>;
}
