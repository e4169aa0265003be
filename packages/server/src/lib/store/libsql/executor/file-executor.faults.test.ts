import { join } from "node:path";
import Database from "libsql";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { tempFolder } from "../../../../../testing/temp-folder.js";
import { StoreUnavailable } from "../../../ports/store/store-unavailable.js";
import type { DriverDatabase } from "./file-connection.js";
import { FileExecutor } from "./file-executor.js";

const insert = {
  statements: ["INSERT INTO numbers (value) VALUES (1)", "SELECT count(*) AS count FROM numbers"],
  args: {},
};

/** A connection that records the statements it runs. After `breakNow` it fails, even on a healthy file. */
class BreakableConnection implements DriverDatabase {
  readonly executed: string[] = [];
  readonly #database: Database.Database;
  #code: string | null = null;
  #breaksAt: string | null = null;
  /** Called before each statement without arguments, with its text. */
  onExec: (sql: string) => void = () => {};
  /** Called after each one, with its text and its error. */
  onExecuted: (sql: string, error: unknown) => void = () => {};

  constructor(path: string) {
    this.#database = new Database(path);
  }

  get inTransaction(): boolean {
    return this.#database.inTransaction;
  }

  /** @param code SQLite result code of the errors. */
  breakNow(code: string): void {
    this.#code = code;
  }

  /** Makes the connection fail from the first statement that starts with these words. */
  breakAt(words: string): void {
    this.#breaksAt = words;
  }

  prepare(sql: string): ReturnType<DriverDatabase["prepare"]> {
    this.#fail();
    return this.#database.prepare(sql);
  }

  exec(sql: string): unknown {
    if (this.#breaksAt !== null && sql.startsWith(this.#breaksAt)) this.breakNow("SQLITE_CORRUPT");
    this.#fail();
    this.executed.push(sql);
    try {
      this.onExec(sql);
      const result: unknown = this.#database.exec(sql);
      this.onExecuted(sql, null);
      return result;
    } catch (error) {
      this.onExecuted(sql, error);
      throw error;
    }
  }

  close(): unknown {
    return this.#database.close();
  }

  #fail(): void {
    if (this.#code !== null) throw Object.assign(new Error("The connection is broken."), { code: this.#code });
  }
}

describe("FileExecutor after a fault", () => {
  let folder: string;
  let path: string;
  let opened: BreakableConnection[];
  let opensBroken: boolean;
  let loaded: Promise<void>;
  let executor: FileExecutor;

  beforeEach(async () => {
    folder = await tempFolder("faults");
    path = join(folder, "test.db");
    const database = new Database(path);
    database.exec("PRAGMA journal_mode = WAL; CREATE TABLE numbers (value INTEGER NOT NULL) STRICT");
    database.close();
    opened = [];
    opensBroken = false;
    loaded = Promise.resolve();
    executor = createExecutor(50);
  });

  function createExecutor(busyTimeoutMs: number): FileExecutor {
    return new FileExecutor({
      path,
      load: async () => {
        await loaded;
        return (file) => {
          const connection = new BreakableConnection(file);
          opened.push(connection);
          if (opensBroken) connection.breakNow("SQLITE_CORRUPT");
          return connection;
        };
      },
      synchronous: "full",
      busyTimeoutMs,
      random: Math.random,
    });
  }

  afterEach(async () => {
    await executor.close();
  });

  const messages = async (writes: readonly Promise<unknown>[]): Promise<readonly unknown[]> =>
    (await Promise.allSettled(writes)).map((result) => result.status === "rejected" && result.reason.message);

  it("commits all writes that arrived while the driver was loading in one transaction", async () => {
    let load: () => void = () => {};
    loaded = new Promise((resolve) => {
      load = resolve;
    });
    const writes: Promise<unknown>[] = [];
    for (let turn = 0; turn < 5; turn += 1) {
      writes.push(executor.write(insert));
      await new Promise((resolve) => setImmediate(resolve));
    }
    load();
    await Promise.all(writes);
    await new Promise((resolve) => setImmediate(resolve));
    expect(opened[0]?.executed.filter((sql) => sql === "BEGIN IMMEDIATE")).toHaveLength(1);
  });

  it("writes and reads on a new connection after an I/O error", async () => {
    await executor.write(insert);
    opened[0]?.breakNow("SQLITE_IOERR_WRITE");
    await expect(executor.write(insert)).rejects.toThrow(StoreUnavailable);
    expect(await executor.write(insert)).toEqual([{ count: 2 }]);
    expect(opened).toHaveLength(2);
  });

  it("reads on a new connection after a read failed with an I/O error", async () => {
    await executor.write(insert);
    opened[0]?.breakNow("SQLITE_IOERR_READ");
    await expect(executor.read(["SELECT 1 AS one"], {})).rejects.toThrow("The database could not be read.");
    expect(await executor.read(["SELECT 1 AS one"], {})).toEqual([[{ one: 1 }]]);
  });

  it("opens no third connection within a minute", async () => {
    for (const index of [0, 1]) {
      await executor.write(insert);
      opened[index]?.breakNow("SQLITE_IOERR_FSYNC");
      await expect(executor.write(insert)).rejects.toThrow(StoreUnavailable);
    }
    for (let count = 0; count < 20; count += 1) await expect(executor.write(insert)).rejects.toThrow(StoreUnavailable);
    expect(opened).toHaveLength(2);
  });

  it.each(["SQLITE_FULL", "SQLITE_BUSY"])("keeps its connection after %s", async (code) => {
    await executor.write(insert);
    opened[0]?.breakNow(code);
    await expect(executor.write(insert)).rejects.toThrow(StoreUnavailable);
    expect(opened).toHaveLength(1);
  });

  it("does not report the database as busy if a group fails for another reason", async () => {
    await executor.write(insert);
    // The transaction begins, its commands fail, and so does each new connection.
    opened[0]?.breakAt("SAVEPOINT");
    opensBroken = true;
    const unopened = "The database cannot be opened.";
    expect(await messages([executor.write(insert), executor.write(insert)])).toEqual([unopened, unopened]);
  });

  it("retries the commands of a lost group while another connection holds the lock", async () => {
    await executor.close();
    executor = createExecutor(60_000);
    await executor.write(insert);
    const other = new Database(path);
    onTestFinished(() => {
      other.close();
    });
    const [connection] = opened;
    if (connection === undefined) throw new Error("expected a connection");
    let refusals = 0;
    connection.onExec = (sql) => {
      if (sql !== "COMMIT") return;
      connection.onExec = () => {};
      throw Object.assign(new Error("The disk is full."), { code: "SQLITE_FULL" });
    };
    connection.onExecuted = (sql, error) => {
      if (sql === "ROLLBACK") other.exec("BEGIN IMMEDIATE");
      if (sql !== "BEGIN IMMEDIATE" || error === null) return;
      refusals += 1;
      if (refusals === 2) other.exec("ROLLBACK");
    };
    expect(await Promise.all([executor.write(insert), executor.write(insert)])).toEqual([
      [{ count: 2 }],
      [{ count: 3 }],
    ]);
    expect(refusals).toBe(2);
  });

  it("names the busy timeout if another connection holds the lock for longer", async () => {
    await executor.write(insert);
    opened[0]?.breakNow("SQLITE_BUSY");
    expect(await messages([executor.write(insert)])).toEqual([
      "Another connection held the write lock for over 50 ms: keep transactions short.",
    ]);
  });
});
