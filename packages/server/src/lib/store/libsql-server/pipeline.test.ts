import { copyFile, rename } from "node:fs/promises";
import { join } from "node:path";
import Database from "libsql";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { tempFolder } from "../../../../testing/temp-folder.js";
import { PipelineRunner } from "./pipeline.js";

describe("PipelineRunner", () => {
  let path: string;
  let runner: PipelineRunner;

  /** Runs one statement as a pipeline, and returns its rows or its error. */
  const run = (sql: string): unknown => {
    const [result] = runner.run([{ type: "execute", stmt: { sql } }]);
    return result;
  };
  const rows = (...values: readonly string[]) => ({
    response: { result: { rows: [values.map((value) => ({ type: "integer", value }))] } },
  });

  beforeEach(async () => {
    path = join(await tempFolder("pipeline"), "test.db");
    runner = new PipelineRunner(path);
    onTestFinished(() => runner.close());
    run("CREATE TABLE numbers (value INTEGER UNIQUE)");
    run("INSERT INTO numbers VALUES (1)");
  });

  it("applies a pragma to its own pipeline only", () => {
    run("PRAGMA query_only = 1");
    expect(run("INSERT INTO numbers VALUES (2)")).toMatchObject({ type: "ok" });
  });

  it("rolls back a transaction at the end of its pipeline", () => {
    run("BEGIN IMMEDIATE");
    expect(run("BEGIN IMMEDIATE")).toMatchObject({ type: "ok" });
  });

  it("runs a statement that failed in an earlier pipeline", () => {
    expect(run("INSERT INTO numbers VALUES (1)")).toMatchObject({ type: "error" });
    run("DELETE FROM numbers");
    expect(run("INSERT INTO numbers VALUES (1)")).toMatchObject({ type: "ok" });
  });

  it("reads a column that another connection added after the statement was prepared", () => {
    expect(run("SELECT * FROM numbers")).toMatchObject(rows("1"));
    const other = new Database(path);
    other.exec("ALTER TABLE numbers ADD COLUMN other INTEGER DEFAULT 7");
    other.close();
    expect(run("SELECT * FROM numbers")).toMatchObject(rows("1", "7"));
  });

  it("reads the file that replaced the database", async () => {
    const copy = `${path}-copy`;
    await copyFile(path, copy);
    run("UPDATE numbers SET value = 2");
    await rename(copy, path);
    expect(run("SELECT * FROM numbers")).toMatchObject(rows("1"));
  });
});
