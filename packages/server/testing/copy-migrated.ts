import { writeFileSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { libsqlStore } from "../src/lib/store/libsql/libsql-store.js";

/** The bytes of a migrated database without rows. All tests of a process write the same ones. */
let template: Promise<Buffer> | null = null;

/** Creates a migrated database file. It takes a quarter of the CPU time of the migrations. */
export async function copyMigrated(path: string): Promise<void> {
  template ??= migrateTemplate();
  writeFileSync(path, await template);
}

// No file is kept for the next copy: a test runner that is ended by a signal runs no exit handler that could remove it.
async function migrateTemplate(): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), "safelight-migrated-"));
  try {
    const path = join(folder, "test.db");
    const store = libsqlStore({ url: `file:${path}` });
    await store.migrate();
    await store.close();
    return await readFile(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
