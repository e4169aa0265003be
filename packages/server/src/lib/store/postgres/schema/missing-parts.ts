import type { SqlRow } from "../../rows/sql-row.js";
import { isApplied, type Migration } from "../../schema/next-migration.js";
import { partsOf } from "../../schema/parts.js";

/**
 * Lists the tables and indexes of applied migrations that are missing; `null` if none is. Checks only a database of this
 * release: a newer release may have dropped parts that it no longer needs.
 *
 * @param found.relations names of tables and indexes, without the prefix.
 */
export function describeMissing(found: {
  readonly migrations: readonly Migration[];
  readonly applied: readonly SqlRow[];
  readonly relations: ReadonlySet<string>;
  readonly prefix: string;
}): string | null {
  const { applied, migrations, prefix, relations } = found;
  if (applied.length > migrations.length) return null;
  const parts = partsOf(migrations.filter(({ id }) => isApplied(applied, id)));
  const missing = [...parts].filter(([name]) => !relations.has(name));
  if (missing.length === 0) return null;
  return missing.map(([name, kind]) => `${kind.toLowerCase()} ${prefix}${name}`).join(", ");
}
