import type { StoreTime } from "../../clock/store-time.js";
import type { CallExecutor, Statement } from "../executor/call-executor.js";
import { isMissingFunction } from "../executor/postgres-error.js";
import type { CommandFunction } from "../text/define-function.js";
import type { Read } from "../text/define-read.js";
import { type Names, withNames } from "../text/names.js";
import { type Arguments, valuesOf } from "../text/parameters.js";
import { textHash } from "../text/text-hash.js";

/** Runs a write, and remembers whether the database accepted it. */
type RunWrite = <Result>(write: () => Promise<Result>) => Promise<Result>;

/** Dependencies of the store's commands. */
export interface StatementRunnerOptions {
  readonly executor: CallExecutor;
  readonly names: Names;
  readonly time: StoreTime;
  readonly runWrite: RunWrite;
  /** Creates the functions of this release that are missing. */
  readonly createFunctions: () => Promise<void>;
}

/** A text with full names of tables and functions. */
type PreparedText = Required<Pick<Statement, "preparedName" | "text">>;

/** Calls the store's functions and reads, and binds the time arguments that all of them share. */
export class StatementRunner {
  readonly #options: StatementRunnerOptions;
  /** By function or read. */
  readonly #texts = new Map<object, PreparedText>();
  /** The statements on the host's own table of balances; `null` without them. */
  #host: Readonly<Record<"take" | "give", string | null>> = { take: null, give: null };

  constructor(options: StatementRunnerOptions) {
    this.#options = options;
  }

  /** Passes the host's statements to all functions that run them. */
  useHostStatements(host: { readonly take: string; readonly give: string }): void {
    this.#host = host;
  }

  get time(): StoreTime {
    return this.#options.time;
  }

  createToken(): string {
    return this.time.createToken();
  }

  /** Runs a command. Returns the JSON of its function; `null` for none. */
  async call<Result>(command: CommandFunction<Result>, args: Arguments): Promise<Result | null> {
    return this.#options.runWrite(() => this.query(command, args));
  }

  /** As `call`, for a function that only reads: its success does not prove that the database accepts writes. */
  async query<Result>(command: CommandFunction<Result>, args: Arguments): Promise<Result | null> {
    const text = this.#textOf(command, () => {
      const places = Object.keys(command.parameters).map((_, index) => `$${index + 1}`);
      return `SELECT @${command.name}(${places.join(", ")})::text AS j`;
    });
    const values = valuesOf(command.parameters, this.#withTime(args));
    const exclusiveKey = this.#exclusiveKeyOf(command, args);
    const result = await this.#send({ name: command.name, ...text, values, exclusiveKey });
    // The cast is safe if the definition of the function names the JSON that its own text builds.
    return result as Result | null;
  }

  /** Reads all parts on one snapshot. */
  async read<Rows extends Readonly<Record<string, unknown>>>(
    read: Read<Rows>,
    args: Arguments,
  ): Promise<{ readonly [Part in keyof Rows]: readonly Rows[Part][] }> {
    const { isLong, name, parameters } = read;
    const result = await this.#options.executor.call({
      name,
      ...this.#textOf(read, () => read.text),
      isLong,
      values: valuesOf(parameters, this.#withTime(args)),
    });
    // The cast is safe if the definition of the read names the columns of its own parts.
    return result as { readonly [Part in keyof Rows]: readonly Rows[Part][] };
  }

  /** A call of a missing function changed nothing, so it is sent again once the function exists. */
  async #send(statement: Statement): Promise<unknown> {
    const { createFunctions, executor } = this.#options;
    try {
      return await executor.call(statement);
    } catch (error) {
      if (!isMissingFunction(error)) throw error;
      await createFunctions();
      return executor.call(statement);
    }
  }

  #textOf(statement: { readonly name: string }, build: () => string): PreparedText {
    const known = this.#texts.get(statement);
    if (known !== undefined) return known;
    const text = withNames(build(), this.#options.names);
    // Two releases, schemas and hosts may share the sessions of a pooler. At most 63 bytes.
    const prepared = { text, preparedName: `safelight_${statement.name}_${textHash(text)}` };
    this.#texts.set(statement, prepared);
    return prepared;
  }

  /** Without a table of the host, no command waits for one of its rows. */
  #exclusiveKeyOf({ exclusiveBy }: CommandFunction<unknown>, args: Arguments): string | undefined {
    const key = exclusiveBy === undefined ? null : (args[exclusiveBy] ?? null);
    return this.#host.take === null || key === null ? undefined : String(key);
  }

  #withTime(args: Arguments): Arguments {
    return { ...this.time.arguments(), ...this.#host, ...args };
  }
}
