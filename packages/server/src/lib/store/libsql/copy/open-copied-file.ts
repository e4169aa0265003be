import { existsSync } from "node:fs";
import type { Store } from "../../../ports/store/store.js";
import type { CopiedDatabase } from "../../copy/copied-database.js";
import { schemaState } from "../../copy/schema-state.js";
import { FileConnection } from "../executor/file-connection.js";
import { fileOf } from "../executor/file-of.js";
import { loadDatabaseDriver, openDatabase } from "../executor/open-database.js";
import { libsqlStore } from "../libsql-store.js";
import { migrations } from "../schema/migrations.js";
import { CopiedFileConnection } from "./copied-file-connection.js";
import { fileFreeze } from "./file-freeze.js";
import { fileMark } from "./file-mark.js";
import { filePages } from "./file-pages.js";

/** In milliseconds. The write lock of another process. */
const lockTimeoutMs = 5_000;

/**
 * Opens a database file for the copy. Creates nothing before `migrate`.
 *
 * @throws {TypeError} if the URL does not name a file.
 */
export async function openCopiedFile(url: string): Promise<CopiedDatabase> {
  const openDriver = openDatabase(await loadDatabaseDriver());
  const path = fileOf(url);
  const open = () => new FileConnection(openDriver(path, { timeout: lockTimeoutMs }), "full");
  const file = new CopiedFileConnection(`file:${path}`, open);
  let opened: Store | null = null;
  const store = (): Store => {
    opened ??= libsqlStore({ url: file.label });
    return opened;
  };
  return {
    label: file.label,
    pages: filePages(file),
    mark: fileMark(file),
    freeze: fileFreeze(file),
    async readSchema() {
      if (!existsSync(path)) return null;
      const [table] = file.get().all("SELECT 1 FROM sqlite_master WHERE name = 'safelight_migrations'");
      if (table === undefined) return null;
      return schemaState(file.get().all("SELECT id, name, hash FROM safelight_migrations"), migrations);
    },
    migrate: () => store().migrate(),
    readTimeline: async () => (await store().sequencesOf([])).timeline,
    async startTimeline() {
      await store().startTimeline();
    },
    async sumCredits() {
      const [row] = file.get().all(
        `SELECT (SELECT CAST(coalesce(sum(balance), 0) AS TEXT) FROM safelight_accounts) AS balances,
           (SELECT CAST(coalesce(sum(amount), 0) AS TEXT) FROM safelight_ledger_entries) AS entries`,
      );
      return { balances: String(row?.balances), entries: String(row?.entries) };
    },
    // Not needed: the queries of the store name their indexes, or have one that fits.
    async analyze() {},
    audit: () => store().audit(),
    reopen: () => openCopiedFile(url),
    async close() {
      file.close();
      await opened?.close();
    },
  };
}
