import { StoreUnavailable } from "@safelight/server";
import pg from "pg";
import { SettingsError } from "./environment.ts";

/**
 * Creates or upgrades the tables.
 *
 * @param close releases the database after a failure.
 * @throws {SettingsError} when the database does not respond, or refuses the user.
 */
export async function migrateTables(
  safelight: { migrate(): Promise<unknown> },
  close: () => Promise<void>,
): Promise<void> {
  try {
    await safelight.migrate();
  } catch (error) {
    await close();
    if (StoreUnavailable.isInstance(error)) throw new SettingsError(`The database is unavailable: ${reasonOf(error)}`);
    if (error instanceof pg.DatabaseError) throw new SettingsError(`Postgres refused the tables: ${error.message}`);
    throw error;
  }
}

/** The driver's message. It names the address or the user, and no password. */
function reasonOf({ cause, message }: Error): string {
  // A name with several addresses fails once for each.
  const first: unknown = cause instanceof AggregateError ? cause.errors[0] : cause;
  return first instanceof Error ? first.message : message;
}
