import { checkOptionNames } from "../../model/check-option-names.js";
import type { Store } from "../../ports/store/store.js";
import { loadEarly } from "../../process/load-early.js";
import { createStore, type LibsqlStoreOptions, storeOptionNames } from "./commands/create-store.js";
import { FileExecutor } from "./executor/file-executor.js";
import { fileOf } from "./executor/file-of.js";
import { loadDatabaseDriver, openDatabase } from "./executor/open-database.js";

/** Options of {@link libsqlStore}. */
export interface LibsqlFileOptions extends LibsqlStoreOptions {
  /**
   * `file:` and a path, absolute or relative to the working directory. A missing file is created with mode 0600; an
   * existing file keeps its mode.
   */
  readonly url: string;
  /**
   * `full` syncs each commit to disk. `normal` is faster, but a power failure (not a crash) may lose the last commits,
   * with their ledger entries.
   *
   * @default "full"
   */
  readonly synchronous?: "full" | "normal";
}

/**
 * Creates a store in one database file, through the `libsql` driver. Loads the driver at once, and opens the file on
 * first use. One process should do most of the writing; others may write, too.
 *
 * @example
 * ```ts
 * const store = libsqlStore({ url: "file:safelight.db" });
 * ```
 * @throws {TypeError} if the URL does not name a file; see `@safelight/server/libsql-client` for remote databases.
 */
export function libsqlStore(options: LibsqlFileOptions): Store {
  checkOptionNames<LibsqlFileOptions>(options, {
    where: "libsqlStore",
    names: {
      url: "required",
      synchronous: true,
      ...storeOptionNames,
    },
  });
  const path = fileOf(options.url);
  loadEarly(loadDatabaseDriver);
  const executor = new FileExecutor({
    path,
    load: async () => openDatabase(await loadDatabaseDriver()),
    synchronous: options.synchronous ?? "full",
    busyTimeoutMs: 5_000,
    random: Math.random,
  });
  return createStore(executor, { identity: `file:${path}`, options, isFile: true });
}
