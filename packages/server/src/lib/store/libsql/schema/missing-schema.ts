import type { SqlRow } from "../../rows/sql-row.js";
import type { Migration } from "../../schema/next-migration.js";
import { partsOf } from "../../schema/parts.js";

/** Reads the schema for the two functions below. */
export const readSchema = "SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'index', 'trigger')";

/** Matches after the last parenthesis, where SQLite puts the options of a table. */
const isStrict = /\bSTRICT\b[^)]*$/i;

/**
 * Lists the parts of the schema that the migrations created and that are missing now; null if none is. Schema tools
 * drop tables that the host's schema lacks, or copy a table without its checks. A copied table is no longer strict.
 *
 * @param rows of {@link readSchema}
 */
export function describeMissing(migrations: readonly Migration[], rows: readonly SqlRow[]): string | null {
  const schema = new Map(rows.map(({ name, sql }) => [name, String(sql)]));
  const missing = [...partsOf(migrations)].flatMap(([name, kind]) => {
    const sql = schema.get(name);
    if (sql === undefined) return [`${kind.toLowerCase()} ${name}`];
    const hasLostChecks = kind === "TABLE" && !isStrict.test(sql);
    return hasLostChecks ? [`the checks of table ${name}`] : [];
  });
  return missing.length > 0 ? missing.join(", ") : null;
}

/** Whether any table or index of the migrations exists. */
export function hasAnyTable(migrations: readonly Migration[], rows: readonly SqlRow[]): boolean {
  const names = partsOf(migrations);
  return rows.some(({ name }) => names.has(String(name)));
}
