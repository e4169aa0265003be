import type { SqlRow } from "../rows/sql-row.js";
import { hashOf, type Migration, unfinishedCopyId } from "../schema/next-migration.js";

/** The mark of an unfinished copy. */
export interface CopyMark {
  /** That of the source. */
  readonly timeline: string;
  /** The id of the run of the command that writes the copy. */
  readonly run: string;
}

/** The schema of a database that has one. */
export interface SchemaState {
  /** Whether it is exactly the schema of this release. The copy would lose columns of a newer one. */
  readonly isCurrent: boolean;
  /** The mark of an unfinished copy; otherwise `null`. */
  readonly mark: CopyMark | null;
}

/** @param applied the rows of the table of migrations. */
export async function schemaState(applied: readonly SqlRow[], migrations: readonly Migration[]): Promise<SchemaState> {
  const hashes = new Set(applied.map(({ hash }) => hash));
  const known = await Promise.all(migrations.map(hashOf));
  const mark = applied.find(({ id }) => Number(id) === unfinishedCopyId);
  const count = applied.length - (mark === undefined ? 0 : 1);
  return {
    isCurrent: count === known.length && known.every((hash) => hashes.has(hash)),
    mark: mark === undefined ? null : { timeline: String(mark.name), run: String(mark.hash) },
  };
}
