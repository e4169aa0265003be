import { join } from "node:path";
import Database from "libsql";
import { describe, expect, it } from "vitest";
import { tempFolder } from "../../../../../testing/temp-folder.js";
import { FileExecutor } from "../executor/file-executor.js";
import { checkSchema, migrate } from "./migrate.js";
import { migrations } from "./migrations.js";

const add = { id: 1, name: "add", needs: 1, statements: ["CREATE TABLE words (word TEXT) STRICT"] };
const widen = { id: 2, name: "widen", needs: 1, statements: ["ALTER TABLE words ADD COLUMN length INTEGER"] };
const rename = { id: 3, name: "rename", needs: 3, statements: ["ALTER TABLE words RENAME COLUMN word TO text"] };
const broken = {
  id: 2,
  name: "broken",
  needs: 1,
  statements: ["CREATE TABLE more (word TEXT) STRICT", "CREATE TABLE words (a)"],
};
const unfit = { id: 2, name: "unfit", needs: 1, statements: ["CREATE UNIQUE INDEX one ON words (word)"] };
const drop = { id: 3, name: "drop", needs: 1, statements: ["DROP INDEX one"] };

async function temporaryFile(): Promise<string> {
  return join(await tempFolder("migrate"), "test.db");
}

function open(path: string): FileExecutor {
  const open = (file: string, options: { timeout: number }) => new Database(file, options);
  return new FileExecutor({
    path,
    load: async () => open,
    synchronous: "normal",
    busyTimeoutMs: 5_000,
    random: Math.random,
  });
}

async function tables(executor: FileExecutor): Promise<unknown[]> {
  const [rows] = await executor.read(["SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"], {});
  return (rows ?? []).map((row) => row.name);
}

describe("migrate", () => {
  it("applies each missing migration once, in order", async () => {
    const executor = open(await temporaryFile());
    await migrate(executor, [add]);
    await migrate(executor, [add, widen]);
    await migrate(executor, [add, widen]);
    const [rows] = await executor.read(["SELECT id, name FROM safelight_migrations"], {});
    expect(rows).toEqual([
      { id: 1, name: "add" },
      { id: 2, name: "widen" },
    ]);
    await executor.close();
  });

  it("applies each migration once when several processes migrate at the same time", async () => {
    const path = await temporaryFile();
    const executors = Array.from({ length: 5 }, () => open(path));
    await Promise.all(executors.map((executor) => migrate(executor, [add, widen])));
    const [first] = executors;
    if (first === undefined) throw new Error("no executor");
    expect(await tables(first)).toEqual(["safelight_migrations", "words"]);
    await Promise.all(executors.map((executor) => executor.close()));
  });

  it("rolls back a migration that fails", async () => {
    const executor = open(await temporaryFile());
    await migrate(executor, [add]);
    await expect(migrate(executor, [add, broken])).rejects.toThrow(/already exists/);
    expect(await tables(executor)).toEqual(["safelight_migrations", "words"]);
    await migrate(executor, [add, widen]);
    await executor.close();
  });

  it("rejects when the rows violate a migration", async () => {
    const executor = open(await temporaryFile());
    await migrate(executor, [add]);
    await executor.write({ statements: ["INSERT INTO words VALUES ('a'), ('a')", "SELECT 1"], args: {} });
    await expect(migrate(executor, [add, unfit])).rejects.toThrow(/UNIQUE/);
    await executor.close();
  });

  it("accepts a database of a newer release unless a migration needs that release", async () => {
    const executor = open(await temporaryFile());
    await migrate(executor, [add, widen]);
    await migrate(executor, [add]);
    await migrate(executor, [add, widen, rename]);
    await expect(migrate(executor, [add, widen])).rejects.toThrow("upgrade @safelight/server");
    await executor.close();
  });

  it("rejects a database that was created by another version of a migration", async () => {
    const executor = open(await temporaryFile());
    const changed = { ...add, statements: ["CREATE TABLE words (word TEXT, length INTEGER) STRICT"] };
    await migrate(executor, [add]);
    await expect(migrate(executor, [changed, widen])).rejects.toThrow("create a new database");
    await expect(checkSchema(executor, [changed])).rejects.toThrow("create a new database");
    await migrate(executor, [add, widen]);
    await executor.close();
  });

  it("rejects a database of a pre-release version without migration hashes", async () => {
    const executor = open(await temporaryFile());
    const oldTable = `CREATE TABLE safelight_migrations (
      id INTEGER PRIMARY KEY, name TEXT NOT NULL, needs INTEGER NOT NULL, applied_at INTEGER NOT NULL
    ) STRICT`;
    const row = "INSERT INTO safelight_migrations VALUES (1, 'add', 1, 0)";
    await executor.write({ statements: [oldTable, ...add.statements, row, "SELECT 1"], args: {} });
    await expect(migrate(executor, [add])).rejects.toThrow("unreleased version");
    await expect(checkSchema(executor, [add])).rejects.toThrow("unreleased version");
    await executor.close();
  });

  it("rejects a database from which another tool removed an index, a table, or a table's checks", async () => {
    const copied = ["ALTER TABLE words RENAME TO old", "CREATE TABLE words (word TEXT)", "DROP TABLE old"];
    for (const [changes, missing] of [
      [["DROP INDEX one"], "unique index one"],
      [["DROP TABLE words"], "table words, unique index one"],
      [copied, "the checks of table words, unique index one"],
    ] as const) {
      const executor = open(await temporaryFile());
      await migrate(executor, [add, unfit]);
      await executor.write({ statements: [...changes, "SELECT 1"], args: {} });
      await expect(migrate(executor, [add, unfit])).rejects.toThrow(`schema: ${missing}.`);
      await expect(checkSchema(executor, [add, unfit])).rejects.toThrow("drizzle-kit push");
      await executor.close();
    }
  });

  it("rejects it before it applies a further migration", async () => {
    const executor = open(await temporaryFile());
    await migrate(executor, [add, unfit]);
    await executor.write({ statements: ["DROP INDEX one", "SELECT 1"], args: {} });
    const before = await tables(executor);
    const more = { ...drop, statements: ["CREATE TABLE more (word TEXT) STRICT"] };
    for (const next of [more, drop]) {
      await expect(migrate(executor, [add, unfit, next])).rejects.toThrow("schema: unique index one.");
    }
    expect(await tables(executor)).toEqual(before);
    await executor.close();
  });

  it("creates no tables if another tool dropped safelight_migrations only", async () => {
    const executor = open(await temporaryFile());
    await migrate(executor, [add]);
    await executor.write({ statements: ["DROP TABLE safelight_migrations", "SELECT 1"], args: {} });
    await expect(migrate(executor, [add])).rejects.toThrow("schema: table safelight_migrations.");
    expect(await tables(executor)).toEqual(["words"]);
    await executor.close();
  });

  it.each(["strict", "STRICT -- unchanged", "STRICT, WITHOUT ROWID"])(
    "accepts a table that ends with %s",
    async (end) => {
      const executor = open(await temporaryFile());
      await migrate(executor, [add]);
      const copy = ["DROP TABLE words", `CREATE TABLE words (word TEXT PRIMARY KEY) ${end}`, "SELECT 1"];
      await executor.write({ statements: copy, args: {} });
      await migrate(executor, [add]);
      await executor.close();
    },
  );

  it("accepts a schema from which a newer release dropped parts", async () => {
    const executor = open(await temporaryFile());
    await migrate(executor, [add, unfit, drop]);
    await migrate(executor, [add, unfit]);
    await checkSchema(executor, [add, unfit]);
    await executor.close();
  });

  it("has migrations that are numbered from 1 without a gap", () => {
    expect(migrations.map(({ id }) => id)).toEqual(migrations.map((_, index) => index + 1));
  });
});

describe("checkSchema", () => {
  it("changes nothing, and accepts the schema that migrate created", async () => {
    const executor = open(await temporaryFile());
    await expect(checkSchema(executor, [add])).rejects.toThrow("no such table");
    await migrate(executor, [add]);
    await checkSchema(executor, [add]);
    await expect(checkSchema(executor, [add, widen])).rejects.toThrow("call migrate()");
    await migrate(executor, [add, widen, rename]);
    await expect(checkSchema(executor, [add, widen])).rejects.toThrow("upgrade @safelight/server");
    await executor.close();
  });
});
