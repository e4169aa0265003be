import { accessSync, closeSync, constants, existsSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { withSetupCode } from "../../../ports/setup-error.js";
import { importPeer } from "../../../process/import-peer.js";
import type { DriverDatabase, OpenDatabase } from "./file-connection.js";

/** The constructor of the `libsql` driver. */
export type DatabaseDriver = new (
  path: string,
  options: { readonly timeout: number; readonly readonly?: boolean },
) => DriverDatabase;

/** Loads the driver. Not a static import: a host without local files needs no native module. */
export async function loadDatabaseDriver(): Promise<DatabaseDriver> {
  const { default: Driver } = await importPeer("libsql", () => import("libsql"));
  return Driver;
}

/**
 * Owner only: rows contain prompts and the generated secret. SQLite copies the mode of the file to `-wal` and `-shm`.
 */
const newFileMode = 0o600;

/**
 * Opens a database file for reading and writing, and creates it if it is missing. Rejects a file that is not writable.
 * SQLite would open it read-only, and later connections of the process would stay read-only, even once it is writable.
 */
export function openDatabase(Driver: DatabaseDriver): OpenDatabase {
  return (path, options) => {
    // The driver reports a missing folder only as a number. Check at open, not earlier: a build may lack the volumes.
    const folder = dirname(path);
    if (!existsSync(folder))
      throw withSetupCode(
        "database_url_invalid",
        new Error(`Database folder ${folder} does not exist: create it or change the url.`),
      );
    makeFile(path);
    for (const each of [folder, path, `${path}-wal`, `${path}-shm`]) checkWritable(each);
    return new Driver(path, options);
  };
}

function makeFile(path: string): void {
  if (!existsSync(path)) closeSync(openSync(path, "a", newFileMode));
}

function checkWritable(path: string): void {
  try {
    accessSync(path, constants.W_OK);
  } catch (error) {
    if (existsSync(path)) throw error;
  }
}
