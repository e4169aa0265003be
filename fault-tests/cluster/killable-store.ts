import { fileURLToPath } from "node:url";
import Database from "libsql";
import type { Store } from "../../packages/server/src/lib/ports/store/store.js";
import {
  createStore,
  type LibsqlStoreOptions,
} from "../../packages/server/src/lib/store/libsql/commands/create-store.js";
import type { DriverDatabase } from "../../packages/server/src/lib/store/libsql/executor/file-connection.js";
import { FileExecutor } from "../../packages/server/src/lib/store/libsql/executor/file-executor.js";
import { type StorePoints, withPoints } from "./kill-points.js";

/** SQL that marks a crash point within a transaction. */
const statementPoints: readonly { readonly point: string; readonly pattern: RegExp }[] = [
  { point: "P2", pattern: /INSERT INTO safelight_ledger_entries[^;]*'debit', -credits/ },
  { point: "P14", pattern: /INSERT INTO safelight_ledger_entries[^;]*'capture' ELSE 'refund'/ },
  { point: "P17", pattern: /UPDATE safelight_generations\s+SET epoch = epoch \+ 1/ },
];

/**
 * A store on a file. Its process may be killed before and after each command, and between two statements of a command.
 *
 * @param options.clock overrides the machine's clock.
 */
export function killableStore(
  databaseUrl: string,
  { points, clock = {} }: { readonly points: StorePoints; readonly clock?: LibsqlStoreOptions | undefined },
): Store {
  const path = fileURLToPath(databaseUrl);
  const executor = new FileExecutor({
    path,
    load:
      async () =>
      (file, { timeout }) =>
        killableDatabase(new Database(file, { timeout }), points.pass),
    synchronous: "full",
    busyTimeoutMs: 5_000,
    random: Math.random,
  });
  return withPoints(createStore(executor, { identity: databaseUrl, options: clock }), points);
}

function pointOf(sql: string): string | undefined {
  return statementPoints.find(({ pattern }) => pattern.test(sql))?.point;
}

function killableDatabase(database: DriverDatabase, pass: (point: string) => void): DriverDatabase {
  return {
    get inTransaction() {
      return database.inTransaction;
    },
    exec(sql) {
      const point = pointOf(sql);
      if (point !== undefined) pass(point);
      return database.exec(sql);
    },
    close: () => database.close(),
    prepare(sql) {
      const statement = database.prepare(sql);
      const point = pointOf(sql);
      if (point === undefined) return statement;
      return {
        all: (args) => statement.all(args),
        run(args) {
          pass(point);
          return statement.run(args);
        },
      };
    },
  };
}
