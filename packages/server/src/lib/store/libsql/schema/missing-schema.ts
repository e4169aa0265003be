import type { SqlRow } from "../executor/executor.js";
import type { Migration } from "./migrations.js";

/** Reads the schema for the two functions below. */
export const readSchema = "SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'index')";

/** Matches after the last parenthesis, where SQLite puts the options of a table. */
const isStrict = /\bSTRICT\b[^)]*$/i;

const ddlStatement = /^(CREATE|DROP) (TABLE|INDEX|UNIQUE INDEX) (\w+)/;

/**
 * Lists the parts of the schema that the migrations created and that are missing now; null if none is. Schema tools
 * drop tables that the host's schema lacks, or copy a table without its checks. A copied table is no longer strict.
 *
 * @param rows of {@link readSchema}
 */
export function describeMissing(migrations: readonly Migration[], rows: readonly SqlRow[]): string | null {
  const schema = new Map(rows.map(({ name, sql }) => [name, String(sql)]));
  const missing = [...kindsByName(migrations)].flatMap(([name, kind]) => {
    const sql = schema.get(name);
    if (sql === undefined) return [`${kind.toLowerCase()} ${name}`];
    const hasLostChecks = kind === "TABLE" && !isStrict.test(sql);
    return hasLostChecks ? [`the checks of table ${name}`] : [];
  });
  return missing.length > 0 ? missing.join(", ") : null;
}

/** Whether any table or index of the migrations exists. */
export function hasAnyTable(migrations: readonly Migration[], rows: readonly SqlRow[]): boolean {
  const names = kindsByName(migrations);
  return rows.some(({ name }) => names.has(String(name)));
}

function kindsByName(migrations: readonly Migration[]): ReadonlyMap<string, string> {
  const kinds = new Map<string, string>();
  for (const statement of migrations.flatMap(({ statements }) => statements)) {
    const [, verb, kind, name] = ddlStatement.exec(statement) ?? [];
    if (kind === undefined || name === undefined) continue;
    if (verb === "CREATE") kinds.set(name, kind);
    else kinds.delete(name);
  }
  return kinds;
}
