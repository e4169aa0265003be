import { checkOptionNames } from "../../model/check-option-names.js";
import type { Logger } from "../../ports/logger.js";
import type { Store } from "../../ports/store/store.js";
import { adaptClient, type PostgresClient } from "./client/postgres-client.js";
import { createStore } from "./commands/create-store.js";
import { CallExecutor } from "./executor/call-executor.js";
import { checkNames } from "./text/names.js";

/*
 * How this room works. A command is one PL/pgSQL function and one call of it, so one statement and one transaction. A
 * read is one SELECT of one snapshot. Both return one column, JSON as text.
 *
 * - `functions/<area>/<name>.ts` defines one function with `defineCommand`, and its comment lists the locks.
 *   `functions/<name>.ts` defines a part of several with `defineHelper`. `commands/<area>-commands.ts` binds arguments,
 *   calls the function, maps the verdict, and lists its functions for `migrate`. `reads/<area>.ts` defines reads. `text/`
 *   has pieces of SQL that several of them share.
 * - In a text, `:name` is a parameter and `@name` a table or a function; a helper is `@${helper.name}`. Variables begin
 *   with `v_`. A comment in SQL has no apostrophe: names are not replaced inside of literals.
 *   A CASE in the condition of an IF has parentheses: PL/pgSQL ends the condition at the first THEN outside of them.
 * - Each function locks first, in the order names, owners of uploads, owners, owner start, accounts, generations, uploads, erasures.
 *   `text/advisory-locks.ts` has the locks that are no rows. Rows are locked by id, with FOR NO KEY UPDATE. Work of many
 *   workers (claims, the outbox) skips locked rows instead, so its order does not matter. Gates are locked by claims, which
 *   wait for nothing after them, and by the command that closes one, which locks nothing else.
 * - After the last lock, it reads the time and the rows again, decides, and writes. It never relies on a row or a time that
 *   it read before its locks: at READ COMMITTED, each statement sees the commits of others.
 * - A lock on an absent row is no lock. A command that writes to one row checks FOUND, or its values for null. One that
 *   locks a set needs no check: it reads the set again. A command that creates or erases an owner or an account takes
 *   `lockNames` first. If a row moved during the wait, RAISE SQLSTATE 40001: the executor sends the call again.
 * - Any call may be sent twice, and the first may have committed. Its token, or its nature, makes the repeat harmless.
 * - Parameters are text, bigint, float8 and flag (0 or 1). JSON and lists are JSON text; `= ANY (…)` of
 *   `listOf` reads a list. JSON of vendors is never parsed: build payloads as text.
 * - `COLLATE "C"` for every key, bigint for instants and amounts. No NOTIFY, no `now()`, no `jsonb`.
 * - `store/arguments`, `store/rows` and `store/clock` have what this store and the one on libSQL share.
 */

/** Options of {@link postgresStore}. */
export interface PostgresOptions {
  /**
   * A pool of `pg`, a client of postgres.js, or a drizzle database of either. The store never closes it. It listens to
   * `error` of a pool, so that the end of an idle connection does not end the process.
   */
  readonly client: PostgresClient;
  /**
   * The schema of the tables and functions. `migrate` creates it if it is missing.
   *
   * @default "public"
   */
  readonly schema?: string;
  /**
   * Precedes the name of each table, index and function.
   *
   * @default "safelight_"
   */
  readonly prefix?: string;
  /**
   * Identifies the database, for example by its URL: stores of one process with the same identity wake each other.
   *
   * @default the schema and the prefix
   */
  readonly identity?: string;
  /**
   * Max time for a command including retries, in milliseconds. After it, the command throws `StoreUnavailable`. Below
   * 4_500, a command that waits for a lock costs a connection: Postgres itself ends the wait after four seconds.
   *
   * @default 5_000
   */
  readonly busyTimeoutMs?: number;
  /**
   * Whether a pool of `pg`, or a client of postgres.js, names the statements that it sends often, so that each connection
   * plans them once. After the first lost name, the store sends statements without names: a pooler in transaction mode
   * may be in between that does not support them. Set `false` to avoid that error. postgres.js has an option of the same
   * name, which must not be false either.
   *
   * @default true
   */
  readonly prepare?: boolean;
  /**
   * Interval of checks for commits of other processes, in milliseconds.
   *
   * @default 1_000
   */
  readonly pollMs?: number;
  /** Receives a warning for each deadlock in the database, and for lost names of statements; absent for none. */
  readonly logger?: Pick<Logger, "warn">;
  /** Epoch milliseconds in place of the database's own time. For tests only. */
  readonly now?: () => number;
  /**
   * Milliseconds of a monotonic clock, in place of the process's own. For tests only. Without it, `now` counts as
   * monotonic, and as correct from the start.
   */
  readonly monotonicNow?: () => number;
}

/**
 * Creates a store in a Postgres database, version 14 or newer, on a client of the host. Each command is one statement,
 * so the client may go through a pooler in transaction mode.
 *
 * @example
 * ```ts
 * const store = postgresStore({ client: new Pool({ connectionString: process.env.DATABASE_URL, max: 4 }) });
 * ```
 * @throws {TypeError} for an unknown client, or an invalid schema or prefix.
 */
export function postgresStore(options: PostgresOptions): Store {
  checkOptionNames<PostgresOptions>(options, {
    where: "postgresStore",
    names: {
      client: "required",
      schema: true,
      prefix: true,
      identity: true,
      busyTimeoutMs: true,
      prepare: true,
      pollMs: true,
      logger: true,
      now: true,
      monotonicNow: true,
    },
  });
  const { busyTimeoutMs = 5_000, client, logger, now, pollMs = 1_000, prepare = true } = options;
  const names = { schema: options.schema ?? "public", prefix: options.prefix ?? "safelight_" };
  checkNames(names);
  const executor = new CallExecutor({
    client: adaptClient(client, { prepare, logger }),
    busyTimeoutMs,
    random: Math.random,
    pollMs,
    logger,
  });
  return createStore(executor, {
    identity: options.identity ?? `postgres:${names.schema}.${names.prefix}`,
    names,
    time: {
      now,
      monotonicNow: options.monotonicNow ?? now ?? (() => performance.now()),
      isExact: now !== undefined && options.monotonicNow === undefined,
      createToken: () => globalThis.crypto.randomUUID(),
    },
  });
}
