import { symlink } from "node:fs/promises";
import { join } from "node:path";
import Database from "libsql";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { tempFolder } from "../../../../../testing/temp-folder.js";
import { StoreUnavailable } from "../../../ports/store/store-unavailable.js";
import { FileExecutor } from "./file-executor.js";
import { openDatabase } from "./open-database.js";

const insert = (value: number | string) => ({
  statements: ["INSERT INTO numbers (value) VALUES (:value)", "SELECT count(*) AS count FROM numbers"],
  args: { value },
});

describe("FileExecutor", () => {
  let path: string;
  let executor: FileExecutor;
  let other: Database.Database;

  beforeEach(async () => {
    path = join(await tempFolder("executor"), "test.db");
    other = new Database(path);
    other.exec("PRAGMA journal_mode = WAL; CREATE TABLE numbers (value INTEGER NOT NULL UNIQUE) STRICT");
    executor = executorOn(60_000);
  });

  afterEach(async () => {
    await executor.close();
    other.close();
  });

  function executorOn(busyTimeoutMs: number): FileExecutor {
    const load = async () => openDatabase(Database);
    return new FileExecutor({ path, load, synchronous: "full", busyTimeoutMs, random: Math.random });
  }

  const values = () =>
    other
      .prepare("SELECT value FROM numbers ORDER BY value")
      .all()
      .map((row) => Object(row).value);

  it("commits the commands of one turn together, each with its own verdict", async () => {
    const before = dataVersion(other);
    const counts = await Promise.all([1, 2, 3].map((value) => executor.write(insert(value))));
    expect(counts.map(([row]) => row?.count)).toEqual([1, 2, 3]);
    expect(dataVersion(other) - before).toBe(1);
  });

  it("rolls back a failing command alone", async () => {
    const results = await Promise.allSettled([1, 1, 2, "word", 3].map((value) => executor.write(insert(value))));
    expect(results.map(({ status }) => status)).toEqual([
      "fulfilled",
      "rejected",
      "fulfilled",
      "rejected",
      "fulfilled",
    ]);
    expect(values()).toEqual([1, 2, 3]);
  });

  it("rolls back all statements of a failing command", async () => {
    const statements = ["INSERT INTO numbers VALUES (1)", "INSERT INTO numbers VALUES (1)", "SELECT 1"];
    await expect(executor.write({ statements, args: {} })).rejects.toThrow(/UNIQUE/);
    expect(values()).toEqual([]);
    await executor.write(insert(1));
    expect(values()).toEqual([1]);
  });

  it("waits while another connection holds the write lock, and reads at the same time", async () => {
    other.exec("BEGIN IMMEDIATE");
    const written = executor.write(insert(1));
    await tenTurns();
    expect(await executor.read(["SELECT count(*) AS count FROM numbers"], {})).toEqual([[{ count: 0 }]]);
    other.exec("COMMIT");
    await written;
    expect(values()).toEqual([1]);
  });

  it("rejects a write after the busy timeout, and accepts the next one", async () => {
    const executorWithTimeout = executorOn(50);
    onTestFinished(() => executorWithTimeout.close());
    other.exec("BEGIN IMMEDIATE");
    const refused = await executorWithTimeout.write(insert(1)).catch((error) => error);
    expect(StoreUnavailable.isInstance(refused)).toBe(true);
    other.exec("ROLLBACK");
    await executorWithTimeout.write(insert(2));
    expect(values()).toEqual([2]);
  });

  it("rejects a write on a full disk, rolls it back, and accepts the next one", async () => {
    // The limit belongs to the connection, so set it through the executor.
    const pages = pragma(other, "page_count");
    await executor.read([`PRAGMA max_page_count = ${pages + 2}`], {});
    const series = "WITH RECURSIVE generate(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM generate LIMIT 9999)";
    const statements = [`${series} INSERT INTO numbers SELECT value FROM generate`, "SELECT 1"];
    const full = await executor.write({ statements, args: {} }).catch((error) => error);
    expect(StoreUnavailable.isInstance(full)).toBe(true);
    expect(values()).toEqual([]);
    await executor.write(insert(7));
    expect(values()).toEqual([7]);
  });

  it("closes its connection on release, except while a listener waits for foreign commits", async () => {
    const opened: Database.Database[] = [];
    const released = new FileExecutor({
      path,
      load: async () => (file, options) => {
        const database = new Database(file, options);
        opened.push(database);
        return database;
      },
      synchronous: "full",
      busyTimeoutMs: 200,
      random: Math.random,
    });
    onTestFinished(() => released.close());
    const stop = released.onForeignCommit(() => {});
    await released.write(insert(1));
    released.release();
    expect(opened.map(({ open }) => open)).toEqual([true]);
    stop();
    const written = released.write(insert(2));
    released.release();
    await written;
    expect(opened.map(({ open }) => open)).toEqual([true]);
    released.release();
    expect(opened.map(({ open }) => open)).toEqual([false]);
    await released.write(insert(3));
    expect(values()).toEqual([1, 2, 3]);
  });

  it("syncs each commit to disk on every connection", async () => {
    expect(await executor.read(["PRAGMA synchronous", "PRAGMA journal_mode"], {})).toEqual([
      [{ synchronous: 2 }],
      [{ journal_mode: "wal" }],
    ]);
  });

  it("rejects booleans and missing arguments, on which the driver would abort the process", async () => {
    const statements = ["INSERT INTO numbers VALUES (:value)", "SELECT 1"];
    // @ts-expect-error a boolean is no SqlValue
    await expect(executor.write({ statements, args: { value: true } })).rejects.toThrow(TypeError);
    await expect(executor.write({ statements, args: {} })).rejects.toThrow("Parameter :value has no value.");
  });

  it("notifies a listener of foreign commits, not of its own", async () => {
    await executor.read(["SELECT 1"], {});
    let notified = 0;
    let wake: () => void = () => {};
    const stop = executor.onForeignCommit(() => {
      notified += 1;
      wake();
    });
    await executor.write(insert(1));
    await executor.write(insert(2));
    const next = new Promise<void>((resolve) => {
      wake = resolve;
    });
    expect(notified).toBe(0);
    other.exec("INSERT INTO numbers VALUES (3)");
    await next;
    expect(notified).toBe(1);
    stop();
  });

  it.each<[string, () => Promise<string>]>([
    ["cannot be watched", async () => join(path, "no folder", "test.db")],
    ["emits no events", () => linkTo(path)],
  ])("checks for a foreign commit four times a second if the folder %s", async (_, findPath) => {
    const unwatched = new FileExecutor({
      path: await findPath(),
      load: async () => (_file, options) => new Database(path, options),
      synchronous: "full",
      busyTimeoutMs: 200,
      random: Math.random,
    });
    onTestFinished(() => unwatched.close());
    await unwatched.read(["SELECT 1"], {});
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    let notified = 0;
    onTestFinished(
      unwatched.onForeignCommit(() => {
        notified += 1;
      }),
    );
    other.exec("INSERT INTO numbers VALUES (1)");
    vi.advanceTimersByTime(249);
    expect(notified).toBe(0);
    vi.advanceTimersByTime(1);
    expect(notified).toBe(1);
  });

  it("stops watching for commits of other connections when it closes", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const unsubscribe = executor.onForeignCommit(() => {});
    expect(vi.getTimerCount()).toBe(1);
    await executor.close();
    expect(vi.getTimerCount()).toBe(0);
    unsubscribe();
  });

  it("finishes pending commands before it closes, and rejects later ones", async () => {
    const written = executor.write(insert(1));
    await executor.close();
    await written;
    expect(values()).toEqual([1]);
    await expect(executor.write(insert(2))).rejects.toThrow(StoreUnavailable);
    await expect(executor.read(["SELECT 1"], {})).rejects.toThrow(StoreUnavailable);
  });
});

/** Creates a symbolic link in another folder: writes go to its target. */
async function linkTo(path: string): Promise<string> {
  const link = join(await tempFolder("link"), "test.db");
  await symlink(path, link);
  return link;
}

function dataVersion(database: Database.Database): number {
  return pragma(database, "data_version");
}

function pragma(database: Database.Database, name: string): number {
  const [row] = database.prepare(`PRAGMA ${name}`).all();
  return Number(Object(row)[name]);
}

async function tenTurns(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
