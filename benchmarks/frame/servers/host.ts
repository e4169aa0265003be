import { join } from "node:path";
import type { Absent } from "../compare.ts";
import { isInstalled, notInstalled } from "../is-installed.ts";
import { scratchFolder } from "../scratch-folder.ts";
import { type Child, startChild } from "./child.ts";

/** The database of a host. */
export interface HostDatabase {
  readonly url: string;
  /** Process of the database server; `null` for a database in the host's process. */
  readonly pid: number | null;
  stop(): Promise<void>;
}

/** A host's script with the function that opens its database. */
export interface HostScript {
  readonly script: URL;
  readonly open: () => Promise<HostDatabase | Absent>;
  readonly flags?: readonly string[];
}

/** A database file on disk, opened by the host's process. */
export async function openFile(): Promise<HostDatabase> {
  const folder = await scratchFolder();
  return { url: `file:${join(folder.path, "safelight.db")}`, pid: null, stop: () => folder.remove() };
}

/**
 * Opens the database and starts a host on its own core with a `start` command. Stops both after the measurement.
 *
 * @param options.settings passed to `start` together with the `url` of the database.
 * @returns the reason when the script or its database is not installed.
 */
export async function withHost<Measured>(
  { flags = [], open, script }: HostScript,
  {
    settings,
    measure,
  }: {
    readonly settings: Readonly<Record<string, unknown>>;
    readonly measure: (host: Child, database: HostDatabase) => Promise<Measured>;
  },
): Promise<Measured | Absent> {
  if (!isInstalled(script)) return notInstalled;
  const database = await open();
  if ("absent" in database) return database;
  try {
    const host = await startChild(script, { core: 0, flags });
    try {
      await host.run("start", { url: database.url, ...settings });
      return await measure(host, database);
    } finally {
      await host.stop();
    }
  } finally {
    await database.stop();
  }
}
