import { stat } from "node:fs/promises";
import { totalmem } from "node:os";
import { DatabaseSync } from "node:sqlite";
import { startChild } from "../frame/servers/child.ts";
import { type FillPlan, heavyActive, heavyOwner, heavyUnseen, ordinaryUnseen, submitterNames } from "./fill-plan.ts";
import {
  copiedTables,
  copyStatement,
  ownerStatements,
  placeStatements,
  prepareStatements,
  setAsideStatements,
  spreadMs,
} from "./fill-statements.ts";
import { initialGrant } from "./originals.ts";

/** Generations that are copied by one statement for each table. */
const chunk = 200_000;

/**
 * Fills a new database: some generations are made through the API, all others are copies of them in SQL, with owners,
 * accounts and books that add up. Nothing is analyzed: a host never does that.
 *
 * @returns its bytes on disk.
 */
export async function fillDatabase(file: string, plan: FillPlan): Promise<number> {
  const originals = await startChild(new URL("./originals-script.ts", import.meta.url));
  // In a process of its own: two builds of SQLite in one know nothing of each other's locks.
  await originals.ask("make", file).finally(() => originals.stop());
  const database = new DatabaseSync(file);
  try {
    // Whoever is interrupted throws it away. A quarter of the memory for pages: accounts are swept through again and again.
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
  // Indexes are made at the end, each in one go.
  for (const { name } of indexes) database.exec(`DROP INDEX ${name}`);
  for (let from = 0; from < plan.copies; from += chunk) {
    const to = Math.min(from + chunk, plan.copies);
    for (const sql of [...placeStatements, ...copies]) run(sql, { ...args, from, to });
  }
  for (const sql of ownerStatements) run(sql, args);
  for (const { sql } of indexes) database.exec(sql);
  database.exec("COMMIT");
}

/** Numbers would be bound as floating ones. */
function toSql(value: number | string): bigint | string {
  return typeof value === "number" ? BigInt(value) : value;
}
