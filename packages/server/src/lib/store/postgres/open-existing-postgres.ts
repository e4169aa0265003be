import type { Store } from "../../ports/store/store.js";
import { movedTo } from "../copy/freeze-message.js";
import { nextMigration } from "../schema/next-migration.js";
import { openPool } from "./client/open-pool.js";
import { readFreeze } from "./copy/read-freeze.js";
import { postgresStore } from "./postgres-store.js";
import { migrations } from "./schema/migrations.js";
import { readMigrations } from "./schema/read-migrations.js";
import { type Names, withNames } from "./text/names.js";

/**
 * Opens an existing Postgres database for tools. Creates no tables and upgrades none.
 *
 * @param options.isReadonly `false` creates missing functions of this release, which commands that write call.
 * @returns the store, the name of the database without its password, and the one to which it has moved; `null` for none.
 * @throws {TypeError} for an invalid URL, schema or prefix, or if the database has no Safelight tables.
 * @throws {Error} if `pg` is not installed, the database cannot be reached, or its tables are of another release.
 */
export async function openExistingPostgres(options: {
  readonly url: string;
  readonly names: Names;
  readonly isReadonly: boolean;
}): Promise<{ readonly store: Store; readonly label: string; readonly movedTo: string | null }> {
  const { isReadonly, names, url } = options;
  const { label, pool } = await openPool(url, names);
  const store = postgresStore({ client: pool, ...names, identity: label });
  const close = () => store.close().finally(() => pool.end());
  try {
    const applied = await readMigrations(pool, names);
    if (applied === null) {
      const advice =
        "check that it is the right database, and pass --schema and --prefix if `postgresStore` has others";
      throw new TypeError(`No Safelight tables in ${label}: ${advice}.`);
    }
    const missing = await nextMigration(migrations, applied);
    if (missing !== undefined) {
      const advice = "start the server once or run `npx safelight migrate`, which migrates it, then repeat the command";
      throw new Error(`${label} lacks migration ${missing.id} (${missing.name}) of this release: ${advice}.`);
    }
    if (!isReadonly) await store.migrate();
    const { rows } = await pool.query(withNames(readFreeze, names));
    return { store: { ...store, close }, label, movedTo: movedTo(rows[0]?.value) };
  } catch (error) {
    await close();
    throw error;
  }
}
