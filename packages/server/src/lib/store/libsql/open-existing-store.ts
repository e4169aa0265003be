import type { Store } from "../../ports/store/store.js";
import { movedTo } from "../copy/freeze-message.js";
import { fileOf } from "./executor/file-of.js";
import { type DatabaseUrl, isMissingFile, type OpenedUrl, openDatabaseUrl } from "./open-database-url.js";
import { readFreezeStatement } from "./statements/freeze.js";

const findTables = "SELECT name FROM sqlite_master WHERE name = 'safelight_migrations'";

/**
 * Opens an existing database for tools. Creates and upgrades nothing.
 *
 * @returns the store, the name of the database without its token, and the one to which it has moved; `null` for none.
 * @throws {TypeError} if the URL cannot be opened, or its database has no Safelight tables.
 */
export async function openExistingStore(
  options: DatabaseUrl,
): Promise<{ readonly store: Store; readonly label: string; readonly movedTo: string | null }> {
  if (await isMissingFile(options.url)) throw new TypeError(`No database at file:${fileOf(options.url)}.`);
  return withTables(await openDatabaseUrl(options));
}

async function withTables({ find, label, store }: OpenedUrl) {
  try {
    if ((await find(findTables)).length === 0) {
      throw new TypeError(`No Safelight tables in ${label}: check that it is the right database.`);
    }
    const [setting] = await find(readFreezeStatement);
    return { store, label, movedTo: movedTo(setting?.value) };
  } catch (error) {
    await store.close();
    throw error;
  }
}
