import { join } from "node:path";
import { platform } from "node:process";
import Database from "libsql";
import { expect, it, onTestFinished } from "vitest";
import { tempFolder } from "../../../../../testing/temp-folder.js";
import { StoreUnavailable } from "../../../ports/store/store-unavailable.js";
import { FileExecutor } from "./file-executor.js";
import { openDatabase } from "./open-database.js";
import { holdsWriteLock } from "./write-lock-holder.js";

it.skipIf(platform !== "linux")(
  "reports an open transaction of this process as the holder of the write lock",
  async () => {
    const folder = await tempFolder("lock");
    const path = join(folder, "test.db");
    const load = async () => openDatabase(Database);
    const executor = new FileExecutor({ path, load, synchronous: "normal", busyTimeoutMs: 50, random: Math.random });
    onTestFinished(() => executor.close());
    await executor.write({ statements: ["CREATE TABLE numbers (value INTEGER)", "SELECT 1"], args: {} });
    const host = new Database(path);
    host.exec("BEGIN IMMEDIATE; INSERT INTO numbers VALUES (1)");
    const insert = { statements: ["INSERT INTO numbers VALUES (2)", "SELECT 1"], args: {} };
    const refused = await executor.write(insert).catch((error: unknown) => error);
    host.exec("COMMIT");
    host.close();
    expect(StoreUnavailable.isInstance(refused)).toBe(true);
    expect(refused).toHaveProperty(
      "message",
      "Another transaction in this process holds the write lock: commit it before calling Safelight.",
    );
    await executor.write(insert);
  },
);

it.each([
  ["the process that locks the writers' byte", "1: POSIX  ADVISORY  WRITE 7 08:01:131 120 120", true],
  ["a process that locks a range around it", "1: POSIX  ADVISORY  WRITE 7 00:2a:131 0 EOF", true],
  ["a reader", "1: POSIX  ADVISORY  READ 7 08:01:131 124 124", false],
  ["another process", "1: POSIX  ADVISORY  WRITE 8 08:01:131 120 120", false],
  ["another file", "1: POSIX  ADVISORY  WRITE 7 08:01:132 120 120", false],
  ["another byte", "1: POSIX  ADVISORY  WRITE 7 08:01:131 128 128", false],
])("finds %s in /proc/locks", (_, line, expected) => {
  expect(holdsWriteLock(`${line}\n`, { pid: 7, inode: 131 })).toBe(expected);
});
