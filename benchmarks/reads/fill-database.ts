import { stat } from "node:fs/promises";
import { totalmem } from "node:os";
import { DatabaseSync } from "node:sqlite";
import { startChild } from "../frame/servers/child.ts";
import { type FillPlan, heavyActive, heavyOwner, heavyUnseen, ordinaryUnseen, submitterNames } from "./fill-plan.ts";
import {
  assignStatements,
  copiedTables,
  copyStatement,
  ownerStatements,
  prepareStatements,
  setAsideStatements,
  spreadMs,
} from "./fill-statements.ts";
import { initialGrant } from "./originals.ts";

/** Generations that one statement per table copies. */
const chunk = 200_000;

/**
 * Fills a new database. Some generations are made through the API, all others are copies of them in SQL, with owners,
 * accounts and a consistent ledger. Statistics are not analyzed, since a host never does that.
 *
 * @returns its size on disk in bytes.
 */
export async function fillDatabase(file: string, plan: FillPlan): Promise<number> {
  const originals = await startChild(new URL("./originals-script.ts", import.meta.url));
  // In another process, since two builds of SQLite in one process do not share their locks.
  await originals.run("make", file).finally(() => originals.stop());
  const database = new DatabaseSync(file);
  try {
    // An interrupted database is discarded. A quarter of the memory is for pages, since accounts are scanned repeatedly.
    for (const pragma of [
      "journal_mode = MEMORY",
      "synchronous = OFF",
      `cache_size = ${-Math.round(totalmem() / 4_096)}`,
    ]) {
      database.exec(`PRAGMA ${pragma}`);
    }
    copyAll(database, plan);
  } finally {
    database.close();
  }
  return (await stat(file)).size;
}

function copyAll(database: DatabaseSync, plan: FillPlan): void {
  const indexes = database
    .prepare("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
    .all()
    .map(({ name, sql }) => ({ name: String(name), sql: String(sql) }));
  const run = (sql: string, args: Readonly<Record<string, number | string>>): void => {
    const statement = database.prepare(sql);
    statement.setAllowUnknownNamedParameters(true);
    statement.run(Object.fromEntries(Object.entries(args).map(([name, value]) => [name, toSql(value)])));
  };
  const count = (sql: string): number => Number(database.prepare(sql).get()?.count);

  database.exec("BEGIN");
  for (const sql of prepareStatements) database.exec(sql);
  const args = {
    ...plan,
    heavyOwner,
    heavyActive,
    heavyUnseen,
    ordinaryUnseen,
    submitterNames: JSON.stringify(submitterNames(plan)),
    initialGrant,
    spreadMs,
    now: Date.now(),
    firstEntry: count("SELECT max(id) + 1 AS count FROM safelight_ledger_entries"),
    activeOriginals: count("SELECT count(*) AS count FROM temp.originals WHERE is_active"),
    endedOriginals: count("SELECT count(*) AS count FROM temp.originals WHERE NOT is_active"),
  };
  const copies = copiedTables.map((table) => {
    const columns = database.prepare(`PRAGMA table_info(${table})`).all();
    for (const sql of setAsideStatements(table)) database.exec(sql);
    return copyStatement(
      table,
      columns.map(({ name }) => String(name)),
    );
  });
  // Indexes are created once at the end.
  for (const { name } of indexes) database.exec(`DROP INDEX ${name}`);
  for (let from = 0; from < plan.copies; from += chunk) {
    const to = Math.min(from + chunk, plan.copies);
    for (const sql of [...assignStatements, ...copies]) run(sql, { ...args, from, to });
  }
  for (const sql of ownerStatements) run(sql, args);
  for (const { sql } of indexes) database.exec(sql);
  database.exec("COMMIT");
}

/** A number would be bound as a float. */
function toSql(value: number | string): bigint | string {
  return typeof value === "number" ? BigInt(value) : value;
}
