import type { Pool } from "pg";
import { expect, onTestFinished } from "vitest";
import type { Store } from "../src/lib/ports/store/store.js";
import type { PostgresClient } from "../src/lib/store/postgres/client/postgres-client.js";
import { postgresStore } from "../src/lib/store/postgres/postgres-store.js";
import { withNames } from "../src/lib/store/postgres/text/names.js";
import { deleteRowsOf } from "./delete-rows.js";
import { startPostgres } from "./start-postgres.js";

type Rows = readonly Record<string, unknown>[];

/** A store in a schema that no other one of the test has, without rows, on eight connections. */
export interface PostgresSchema {
  readonly store: Store;
  /** Runs a statement of the test. `@name` stands for a table. */
  query(text: string): Promise<Rows>;
  /** Runs a statement in a transaction that stays open, at most until the end of the test. */
  hold(text: string): Promise<HeldTransaction>;
  /** Expects exact books, one sequence for each change of an owner, and no deadlock. */
  expectExact(): Promise<void>;
}

/** An open transaction that holds locks. */
export interface HeldTransaction {
  run(text: string): Promise<Rows>;
  /**
   * Resolves when as many sessions wait for a lock of this transaction, or `hasEnded` returns true: a command may need no
   * lock.
   */
  isAwaited(expected?: { readonly sessions?: number; readonly hasEnded?: () => boolean }): Promise<void>;
}

/** Changes of one owner that share a sequence, of which a watcher would miss one. */
const sharedSequences = "SELECT owner_id, sequence FROM @generations GROUP BY owner_id, sequence HAVING count(*) > 1";

/** The sessions that wait for a lock of one. Others may wait, too: autovacuum, or a session that extends a table. */
const waitingFor = (pid: number) => `SELECT pid FROM pg_stat_activity WHERE ${pid} = ANY (pg_blocking_pids(pid))`;

/** Starts Postgres for the tests of a file. Call it at the top of the file. */
export function postgresSchemas() {
  const server = startPostgres();
  let shared: Promise<Pool> | null = null;
  let schemas = 0;
  const unused: string[] = [];
  return async (change: { readonly clientOf?: (pool: Pool) => PostgresClient } = {}): Promise<PostgresSchema> => {
    shared ??= server().then(({ openPool }) => openPool({ plansOnce: true }));
    const pool = await shared;
    // A new schema costs its functions, and each connection plans them again.
    const schema = unused.pop() ?? `test_${++schemas}`;
    await postgresStore({ client: pool, schema }).migrate();
    await pool.query(deleteRowsOf(schema));
    onTestFinished(() => void unused.push(schema));
    const warnings: unknown[] = [];
    const logger = { warn: (...line: unknown[]) => warnings.push(line) };
    const client = change.clientOf?.(pool) ?? pool;
    const store = postgresStore({ client, schema, logger, busyTimeoutMs: 60_000 });
    const named = (text: string) => withNames(text, { schema, prefix: "safelight_" });
    const query = async (text: string): Promise<Rows> => (await pool.query(named(text))).rows;
    return {
      store,
      query,
      async hold(text) {
        const session = await pool.connect();
        onTestFinished(async () => {
          await session.query("ROLLBACK");
          session.release();
        });
        const run = async (statement: string): Promise<Rows> => (await session.query(named(statement))).rows;
        await run("BEGIN");
        await run(text);
        const [row] = await run("SELECT pg_backend_pid() AS pid");
        const waiting = waitingFor(Number(row?.pid));
        return {
          run,
          isAwaited: ({ hasEnded = () => false, sessions = 1 } = {}) =>
            expect.poll(async () => hasEnded() || (await query(waiting)).length >= sessions).toBe(true),
        };
      },
      async expectExact() {
        expect(await store.audit()).toEqual([]);
        expect(await query(sharedSequences)).toEqual([]);
        // A deadlock is retried, but the order of the locks must not allow one.
        expect(warnings).toEqual([]);
      },
    };
  };
}
