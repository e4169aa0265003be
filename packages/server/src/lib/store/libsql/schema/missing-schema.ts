import type { SqlRow } from "../executor/executor.js";
import type { Migration } from "./migrations.js";

/** What the two below are told of the database. */
export const readSchema = "SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'index')";

/** After the last parenthesis, where the options of a table are. */
const isStrict = /\bSTRICT\b[^)]*$/i;

const madeBy = /^(CREATE|DROP) (TABLE|INDEX|UNIQUE INDEX) (\w+)/;

/**
 * What the migrations made and is no longer there, in words, or null. Tools that make a database like a schema of the
 * host's drop what they do not know, or copy a table without its checks; a copied table is no longer strict.
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

/** Whether anything of what the migrations make is there. */
export function isMade(migrations: readonly Migration[], rows: readonly SqlRow[]): boolean {
  const names = kindsByName(migrations);
  return rows.some(({ name }) => names.has(String(name)));
}

function kindsByName(migrations: readonly Migration[]): ReadonlyMap<string, string> {
  const kinds = new Map<string, string>();
  for (const statement of migrations.flatMap(({ statements }) => statements)) {
    const [, verb, kind, name] = madeBy.exec(statement) ?? [];
    if (kind === undefined || name === undefined) continue;
    if (verb === "CREATE") kinds.set(name, kind);
    else kinds.delete(name);
  }
  return kinds;
}
