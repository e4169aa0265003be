import { copyFile, readdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { platform } from "node:process";
import Database from "libsql";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { tempFolder } from "../../../../../testing/temp-folder.js";
import { openSmallVolume, type SmallVolume } from "../../../../../testing/volumes/small-volume.js";
import { StoreUnavailable } from "../../../ports/store/store-unavailable.js";
import { FileExecutor } from "./file-executor.js";
import { openDatabase } from "./open-database.js";

const readCount = ["SELECT count(*) AS count FROM blobs"];
const insert = (bytes: number) => ({
  statements: ["INSERT INTO blobs (value) VALUES (zeroblob(:bytes))", "SELECT count(*) AS count FROM blobs"],
  args: { bytes },
});

let canMount = false;
beforeAll(async () => {
  const volume = await openSmallVolume();
  canMount = volume !== null;
  await volume?.close();
});

/** Number of files that this process holds open. */
async function openFiles(): Promise<number> {
  return (await readdir("/proc/self/fd")).length;
}

async function openVolume(): Promise<SmallVolume> {
  const volume = await openSmallVolume();
  if (volume === null) throw new Error("The first volume could be mounted, and this one could not.");
  onTestFinished(() => volume.close());
  return volume;
}

function executorOn(path: string): FileExecutor {
  const executor = new FileExecutor({
    path,
    load: async () => openDatabase(Database),
    synchronous: "full",
    busyTimeoutMs: 200,
    random: Math.random,
  });
  onTestFinished(() => executor.close());
  return executor;
}

function createTable(path: string): void {
  const database = new Database(path);
  database.exec("PRAGMA journal_mode = WAL; CREATE TABLE blobs (value BLOB NOT NULL) STRICT");
  database.close();
}

/** Sends writes one after the other, and expects each to be refused. */
async function expectRefusals(executor: FileExecutor, times: number, bytes: number): Promise<void> {
  for (let index = 0; index < times; index += 1) {
    const refused = await executor.write(insert(bytes)).catch((error: unknown) => error);
    expect(StoreUnavailable.isInstance(refused)).toBe(true);
  }
}

// Counts open files in /proc.
describe.runIf(platform === "linux")("FileExecutor on a volume that refuses writes", () => {
  it("opens no more files during 1,500 refused writes on a read-only volume, and writes once it is writable", async (context) => {
    if (!canMount) context.skip("Mounts are not permitted here.");
    const volume = await openVolume();
    const path = join(volume.folder, "test.db");
    createTable(path);
    await volume.makeReadOnly();
    const executor = executorOn(path);
    const before = await openFiles();
    await expectRefusals(executor, 1_500, 1);
    expect(await openFiles()).toBeLessThan(before + 10);
    await volume.free();
    expect(await executor.write(insert(1))).toEqual([{ count: 1 }]);
  });

  it("writes to a volume that was read-only, next to the -wal and -shm of a crashed process", async (context) => {
    if (!canMount) context.skip("Mounts are not permitted here.");
    const volume = await openVolume();
    const path = join(volume.folder, "test.db");
    await leaveCrashed(path, volume.folder);
    await volume.makeReadOnly();
    const executor = executorOn(path);
    const before = await openFiles();
    for (let count = 0; count < 100; count += 1) {
      await executor.read(readCount, {}).catch(() => {});
      await expectRefusals(executor, 1, 1);
    }
    expect(await openFiles()).toBeLessThan(before + 10);
    await volume.free();
    expect(await executor.write(insert(1))).toEqual([{ count: 2 }]);
  });

  it("opens no more files during 300 concurrent writes on a full volume, and writes once it has space", async (context) => {
    if (!canMount) context.skip("Mounts are not permitted here.");
    const volume = await openVolume();
    const path = join(volume.folder, "test.db");
    createTable(path);
    const executor = executorOn(path);
    await executor.write(insert(1));
    await volume.fill(16_384);
    const before = await openFiles();
    for (let count = 0; count < 5; count += 1) {
      const writes = Array.from({ length: 300 }, () => executor.write(insert(100_000)));
      const refusals = (await Promise.allSettled(writes)).filter(({ status }) => status === "rejected");
      expect(refusals.length).toBe(300);
    }
    expect(await openFiles()).toBeLessThan(before + 10);
    await volume.free();
    expect(await executor.write(insert(100_000))).toEqual([{ count: 2 }]);
  });

  it("opens no more files during 500 refused writes to a database that must not grow", async () => {
    const folder = await tempFolder("volume");
    const path = join(folder, "test.db");
    createTable(path);
    const executor = executorOn(path);
    await executor.write(insert(1));
    await executor.read(["PRAGMA max_page_count = 3"], {});
    const before = await openFiles();
    await expectRefusals(executor, 500, 100_000);
    expect(await openFiles()).toBeLessThan(before + 10);
    // On the same connection: it was never replaced.
    expect(await executor.read(["PRAGMA max_page_count"], {})).toEqual([[{ max_page_count: 3 }]]);
    await executor.read(["PRAGMA max_page_count = 1000"], {});
    expect(await executor.write(insert(100_000))).toEqual([{ count: 2 }]);
  });

  it("opens no more files during 200 writes to a missing folder, and writes once the folder exists", async () => {
    const folder = await tempFolder("volume");
    const executor = executorOn(join(folder, "volume", "test.db"));
    const before = await openFiles();
    await expectRefusals(executor, 200, 1);
    expect(await openFiles()).toBeLessThan(before + 10);
    await symlink(folder, join(folder, "volume"));
    createTable(join(folder, "test.db"));
    expect(await executor.write(insert(1))).toEqual([{ count: 1 }]);
  });
});

/** Copies a database while it is in use, with the commits that only its -wal contains. */
async function leaveCrashed(path: string, folder: string): Promise<void> {
  const database = new Database(join(folder, "alive.db"));
  database.exec("PRAGMA journal_mode = WAL; CREATE TABLE blobs (value BLOB NOT NULL) STRICT");
  database.exec("INSERT INTO blobs VALUES (x'00')");
  for (const suffix of ["", "-wal", "-shm"]) await copyFile(join(folder, `alive.db${suffix}`), path + suffix);
  database.close();
}
