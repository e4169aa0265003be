import { type Names, withNames } from "./names.js";
import { numberParameters, type Parameters, sqlTypes } from "./parameters.js";
import { textHash } from "./text-hash.js";

/** A PL/pgSQL function. */
export interface PgFunction {
  /** Name without schema and prefix. Ends in a hash of the text, so that releases with other texts run side by side. */
  readonly name: string;
  readonly parameters: Parameters;
  /** The functions that it calls. */
  readonly uses: readonly PgFunction[];
  /** The statement that creates it. */
  readonly create: (names: Names) => string;
}

/** A function for one command: one call is one transaction. */
export interface CommandFunction<Result> extends PgFunction {
  /** Exists only for the compiler: the JSON that the function returns. */
  readonly "~result"?: Result;
  readonly exclusiveBy?: string | undefined;
}

interface FunctionText {
  readonly name: string;
  readonly parameters: Parameters;
  readonly uses?: readonly PgFunction[];
  /** Declarations of variables. */
  readonly declare?: string;
  /** Statements, with `:name` for parameters and `@name` for tables and functions. */
  readonly body: string;
}

/**
 * Defines the function of a command. It returns JSON, or null for none. It gives up a lock after four seconds, so that
 * the wait ends in the database, too.
 */
export function defineCommand<Result>({
  exclusiveBy,
  ...text
}: FunctionText & {
  /**
   * The argument that holds the account whose row in a table of the host the command may wait for. Calls with the same value
   * are sent one after another; otherwise each would wait on a connection of its own.
   */
  readonly exclusiveBy?: string;
}): CommandFunction<Result> {
  return { ...define({ ...text, returns: "json", settings: "SET lock_timeout = '4s'" }), exclusiveBy };
}

/**
 * Defines a function that only reads, on the snapshot of its caller. The planner may not scan tables in it: its estimates of
 * a backlog that has just grown are wrong, and rows of a long index walk seem expensive.
 */
export function defineIndexRead<Result>(text: FunctionText): CommandFunction<Result> {
  return define({ ...text, returns: "json", settings: "STABLE SET enable_seqscan = off SET enable_bitmapscan = off" });
}

/**
 * Defines a part that several commands call as `@${helper.name}(…)`.
 *
 * @param text `settings`: those that differ from the command's while it runs.
 */
export function defineHelper(
  text: FunctionText & { readonly returns: string; readonly settings?: string },
): PgFunction {
  return define({ settings: "", ...text });
}

function define(text: FunctionText & { readonly returns: string; readonly settings: string }): PgFunction {
  const { body, declare, parameters, returns, settings, uses = [] } = text;
  const types = Object.values(parameters).map((type) => sqlTypes[type]);
  const signature = `(${types.join(", ")}) RETURNS ${returns} LANGUAGE plpgsql ${settings}`.trimEnd();
  const declarations = declare === undefined ? "" : `DECLARE ${declare}\n`;
  const numbered = numberParameters(`${declarations}BEGIN\n${body}\nEND`, { parameters, isTyped: false });
  const name = `${text.name}_${textHash(`${signature} ${numbered}`)}`;
  return {
    name,
    parameters,
    uses,
    create: (names) =>
      withNames(`CREATE OR REPLACE FUNCTION @${name}${signature} AS $function$\n${numbered}\n$function$`, names),
  };
}

/** The functions and those that they call, each once and after those that it calls. */
export function withUsed(functions: readonly PgFunction[]): readonly PgFunction[] {
  return [...new Set(functions.flatMap((used) => [...withUsed(used.uses), used]))];
}
