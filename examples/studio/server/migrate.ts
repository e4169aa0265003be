import { join } from "node:path";
import { getMigrations } from "better-auth/db/migration";
import { migrate } from "drizzle-orm/node-postgres/migrator";
import type { Auth } from "./auth.ts";
import type { Database } from "./database.ts";

/** An arbitrary number: processes that start together migrate one after another. */
const lockId = 731_904_277;

/** Creates or upgrades the tables of Safelight, of Better Auth, and of the studio. */
export async function migrateTables(parts: {
  readonly database: Database;
  readonly auth: Auth;
  readonly safelight: { migrate(): Promise<unknown> };
}): Promise<void> {
  const { database, auth, safelight } = parts;
  const lock = await database.pool.connect();
  try {
    await lock.query("select pg_advisory_lock($1)", [lockId]);
    await safelight.migrate();
    await (await getMigrations(auth.options)).runMigrations();
    await migrate(database.tables, {
      migrationsFolder: join(import.meta.dirname, "migrations"),
      migrationsSchema: "public",
      migrationsTable: "studio_migrations",
    });
  } finally {
    // Ends the connection, and with it the lock.
    lock.release(true);
  }
}
