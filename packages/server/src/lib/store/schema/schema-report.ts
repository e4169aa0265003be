import type { Store } from "../../ports/store/store.js";
import type { SqlRow } from "../rows/sql-row.js";
import { isApplied, type Migration, nextMigration } from "./next-migration.js";

/** A migration that a database lacks, with its statements as they will run. */
export type PendingMigration = Pick<Migration, "id" | "name" | "statements">;

/** The schema of a database, compared with that of this release. */
export interface SchemaReport {
  /** Whether the database has the table of migrations. */
  readonly hasTables: boolean;
  /** The migrations that the database lacks, in order. */
  readonly pending: readonly PendingMigration[];
  /** Tables, indexes and checks of applied migrations that are gone; `null` if none is. */
  readonly missing: string | null;
  /** The database to which this one has moved; `null` for none. */
  readonly movedTo: string | null;
}

/** A database whose schema was read. Close the store to close it. */
export interface InspectedDatabase extends SchemaReport {
  /** `null`: the file does not exist. */
  readonly store: Store | null;
  /** The name of the database without its token or password. */
  readonly label: string;
}

/**
 * The migrations that a database lacks, in order.
 *
 * @param applied rows of the table of migrations.
 * @throws {SchemaTooNew} if a newer release changed a part that this one relies on.
 * @throws {Error} if an applied migration differs from this release's.
 */
export async function pendingMigrations(
  migrations: readonly Migration[],
  applied: readonly SqlRow[],
): Promise<readonly Migration[]> {
  await nextMigration(migrations, applied);
  return migrations.filter(({ id }) => !isApplied(applied, id));
}
