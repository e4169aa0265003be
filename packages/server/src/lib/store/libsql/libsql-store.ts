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
   * `file:` and a path, relative to the working directory or absolute. A missing file is made, for its user alone (mode
   * 0600); one that is there keeps its mode.
   */
  readonly url: string;
  /**
   * `full` syncs each commit to disk: this is money. `normal` is faster, and a power cut (not a crash) may take the
   * last commits with it.
   * @default "full"
   */
  readonly synchronous?: "full" | "normal";
}

/**
 * Keeps the rows in one database file, through the `libsql` driver. The driver is loaded at once, and nothing is opened
 * before the first use. One process should do most of the writing; others may join in.
 *
 * @example
 * ```ts
 * const store = libsqlStore({ url: "file:safelight.db" });
 * ```
 * @throws {TypeError} when the URL names no file; see `@safelight/server/libsql-client` for remote databases.
 */
export function libsqlStore(options: LibsqlFileOptions): Store {
  checkOptionNames<LibsqlFileOptions>(options, "libsqlStore", {
    url: "required",
    synchronous: true,
    ...storeOptionNames,
  });
  const path = fileOf(options.url);
  loadEarly(loadDatabaseDriver);
  const executor = new FileExecutor({
    path,
    load: async () => openDatabase(await loadDatabaseDriver()),
    synchronous: options.synchronous ?? "full",
    patienceMs: 5_000,
    random: Math.random,
  });
  return createStore(executor, `file:${path}`, options);
}
