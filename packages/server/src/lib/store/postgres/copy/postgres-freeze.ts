import type { Freeze, FreezeLock } from "../../copy/copied-database.js";
import { localSettings } from "../../copy/copied-tables.js";
import { parseFreeze, storedFreeze } from "../../copy/freeze-message.js";
import { TakenOver } from "../../copy/taken-over.js";
import type { CopiedPostgresPool } from "./copied-postgres-pool.js";
import {
  freezeFunction,
  freezeTable,
  frozenTables,
  passWrites,
  tablesWithoutTrigger,
  unfreezeStatements,
} from "./freeze-statements.js";
import { inTransaction } from "./in-transaction.js";
import { readFreeze } from "./read-freeze.js";

const name = localSettings.freeze;

/** The freeze of a Postgres database. */
export function postgresFreeze(database: CopiedPostgresPool): FreezeLock {
  const { names } = database;
  return {
    async read() {
      const [row] = await database.query(readFreeze);
      return parseFreeze(row?.value);
    },
    async freeze({ expected, next }) {
      await store(database, { expected, next });
      await whileFrozen(database, { expected: next, statements: [freezeFunction(next, names)] });
      const missing = new Set((await database.query(tablesWithoutTrigger)).map((row) => String(row.name)));
      const statements = frozenTables.map((table) => freezeTable(table, { isNew: missing.has(table), names }));
      await whileFrozen(database, { expected: next, statements });
    },
    async takeOver({ expected, run }) {
      const next = { ...expected, run };
      await store(database, { expected, next });
      return next;
    },
    async markMoved(expected) {
      const next = { ...expected, phase: "moved" } as const;
      await store(database, { expected, next });
      await whileFrozen(database, { expected: next, statements: [freezeFunction(next, names)] });
      return next;
    },
    /**
     * Replaces the function first, which needs no lock of a table. Dropping the triggers may wait for a running audit. If it
     * times out, they stay, and let all writes pass.
     */
    async acceptWrites(expected) {
      await whileFrozen(database, { expected, statements: [passWrites(names)] });
      const drops = { expected, statements: unfreezeStatements(names), lockTimeout: "1s" };
      await whileFrozen(database, drops).catch((error: unknown) => {
        if (error instanceof TakenOver) throw error;
      });
    },
    delete: (expected) =>
      database.change("DELETE FROM @settings WHERE name = $1 AND value = $2", [name, storedFreeze(expected)]),
  };
}

function store(
  database: CopiedPostgresPool,
  { expected, next }: { readonly expected: Freeze | null; readonly next: Freeze },
): Promise<void> {
  return expected === null
    ? database.change("INSERT INTO @settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING", [
        name,
        storedFreeze(next),
      ])
    : database.change("UPDATE @settings SET value = $2 WHERE name = $1 AND value = $3", [
        name,
        storedFreeze(next),
        storedFreeze(expected),
      ]);
}

/**
 * Runs each statement in its own transaction, if this freeze is stored. Times out on a lock, because other writers queue
 * behind the waiting statement. Locks the table before the setting, as other runs do.
 */
async function whileFrozen(
  database: CopiedPostgresPool,
  options: { readonly expected: Freeze; readonly statements: readonly string[]; readonly lockTimeout?: string },
): Promise<void> {
  const { expected, lockTimeout = "5s", statements } = options;
  for (const statement of statements) {
    await inTransaction(database.pool, async (client) => {
      await client.query(`SET LOCAL lock_timeout = '${lockTimeout}'`);
      await client.query(statement);
      const text = "SELECT 1 FROM @settings WHERE name = $1 AND value = $2 FOR SHARE";
      await database.lockRow(client, { text, values: [name, storedFreeze(expected)] });
    });
  }
}
