import { chmod, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { platform } from "node:process";
import { expect, it } from "vitest";
import { tempFolder } from "../../../../../testing/temp-folder.js";
import { libsqlStore } from "../libsql-store.js";

async function temporaryPath(): Promise<string> {
  const folder = await tempFolder("mode");
  return join(folder, "test.db");
}

async function modesAfterUse(path: string): Promise<readonly string[]> {
  const store = libsqlStore({ url: `file:${path}` });
  await store.migrate();
  const modes = ["", "-wal", "-shm"].map(async (suffix) => ((await stat(path + suffix)).mode & 0o777).toString(8));
  const found = await Promise.all(modes);
  await store.close();
  return found;
}

// Windows has no file modes.
const onPosix = it.skipIf(platform === "win32");

onPosix("creates a database that only its user can read and write, whatever the umask", async () => {
  expect(await modesAfterUse(await temporaryPath())).toEqual(["600", "600", "600"]);
});

onPosix("keeps the mode of an existing database, also for its -wal and -shm", async () => {
  const path = await temporaryPath();
  await writeFile(path, "");
  await chmod(path, 0o660);
  expect(await modesAfterUse(path)).toEqual(["660", "660", "660"]);
});
