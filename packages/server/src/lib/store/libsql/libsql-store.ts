import { existsSync } from "node:fs";
import { dirname } from "node:path";
import Database from "libsql";
import type { Store } from "../../ports/store.js";
import { createStore, type LibsqlStoreOptions } from "./create-store.js";
import { FileExecutor } from "./file-executor.js";
import { fileOf } from "./file-of.js";

/** Options of {@link libsqlStore}. */
export interface LibsqlFileOptions extends LibsqlStoreOptions {
  /** `file:` and a path, relative to the working directory or absolute. The file is made when it is not there. */
  readonly url: string;
  /**
   * `full` syncs each commit to disk: this is money. `normal` is faster, and a power cut (not a crash) may take the
   * last commits with it.
   * @default "full"
   */
  readonly synchronous?: "full" | "normal";
}

/**
 * Keeps the rows in one database file, through the `libsql` driver. Nothing is opened before the first use. One process
 * should do most of the writing; others may join in.
 *
 * @example
 * ```ts
 * const store = libsqlStore({ url: "file:safelight.db" });
 * ```
 * @throws {TypeError} when the URL names no file; see `@safelight/server/libsql-client` for remote databases.
 */
export function libsqlStore(options: LibsqlFileOptions): Store {
  const path = fileOf(options.url);
  const executor = new FileExecutor({
    path,
    open: (file, { timeout }) => {
      // The driver says so by a number alone. Not sooner: where a host is built, its volumes may be missing.
      if (!existsSync(dirname(file))) throw new Error(`There is no folder ${dirname(file)} to keep the database in.`);
      return new Database(file, { timeout });
    },
    synchronous: options.synchronous ?? "full",
    patienceMs: 5_000,
    random: Math.random,
  });
  return createStore(executor, `file:${path}`, options);
}
