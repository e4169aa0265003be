import { rmSync } from "node:fs";
import { copyFile, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { libsqlStore } from "../src/lib/store/libsql/libsql-store.js";

/** A migrated database without rows. All tests of a process copy the same one. */
let template: Promise<string> | null = null;

/** Creates a migrated database file. A copy takes a quarter of the CPU time of the migrations. */
export async function copyMigrated(path: string): Promise<void> {
  template ??= migrateTemplate();
  await copyFile(await template, path);
}

async function migrateTemplate(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "safelight-migrated-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "test.db");
  const store = libsqlStore({ url: `file:${path}` });
  await store.migrate();
  await store.close();
  return path;
}
