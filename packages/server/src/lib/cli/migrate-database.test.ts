import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { copiedDatabases, type TestDatabase } from "../../../test/copied-databases.js";
import { Scenario } from "../../../testing/store-contract/scenario.js";
import { tempFolder } from "../../../testing/temp-folder.js";
import { runCommand } from "./run-command.js";

const databases = copiedDatabases();

const migrate = ({ schema, url }: Pick<TestDatabase, "schema" | "url">, ...args: readonly string[]) =>
  runCommand(["migrate", url, "--schema", schema, ...args], {});

describe.each(["file", "postgres"] as const)("safelight migrate: %s", (kind) => {
  it("creates the tables, and applies nothing twice", async () => {
    const database = await databases[kind]();
    const first = await migrate(database);
    expect(first).toMatchObject({ exitCode: 0, errors: "" });
    expect(first.output).toMatch(/^Applied migration 1: /);
    const store = database.open();
    await store.ping();
    await new Scenario(store).accepted();
    expect((await migrate(database)).output).toMatch(/ has all migrations of this release\.\n$/);
    expect(JSON.parse((await migrate(database, "--json")).output)).toMatchObject({ pending: [], applied: true });
  });

  it("applies only the missing migrations", async () => {
    const database = await databases[kind]();
    await migrate(database);
    await database.query("DROP TABLE @operator_actions");
    await database.query("DELETE FROM @migrations WHERE name = 'operator-actions'");
    expect((await migrate(database)).output).toMatch(/^Applied migration \d+: operator-actions\n$/);
    await database.open().ping();
  });

  it("refuses a schema that lost parts, that a newer release changed, and that has moved", async () => {
    const lost = await databases[kind]();
    await migrate(lost);
    await lost.query("DROP TABLE @outbox");
    expect((await migrate(lost)).errors).toMatch(
      /^Could not migrate the database: Another tool removed parts of Safelight's schema: table safelight_outbox.*\/setup\/schema_parts_missing$/m,
    );
    const newer = await databases[kind]();
    await migrate(newer);
    await newer.query("INSERT INTO @migrations VALUES (99, 'newer', 99, '', 0)");
    expect((await migrate(newer)).errors).toMatch(/needs migration 99 \(newer\).*upgrade @safelight\/server/);
    const moved = await databases[kind]();
    await migrate(moved);
    const target = await databases.file();
    await runCommand(["copy", "--from", moved.url, "--to", target.url, "--from-schema", moved.schema], {});
    expect((await migrate(moved)).errors).toMatch(/ has moved to file:.*: migrate that database\.\n$/);
  });
});

it("--dry-run prints the statements and creates no file", async () => {
  const path = join(await tempFolder("migrate"), "new.db");
  const { exitCode, output } = await migrate({ url: `file:${path}`, schema: "public" }, "--dry-run");
  expect(exitCode).toBe(0);
  expect(output).toMatch(/^-- Migration 1: generations-and-ledger\nCREATE TABLE safelight_settings \(/);
  expect(existsSync(path)).toBe(false);
});

it("--dry-run changes nothing on Postgres, and prints the full names", async () => {
  const database = await databases.postgres();
  const { output } = await migrate(database, "--dry-run");
  expect(output).toContain(`CREATE TABLE "${database.schema}"."safelight_settings"`);
  expect(await database.query(`SELECT 1 FROM pg_namespace WHERE nspname = '${database.schema}'`)).toEqual([]);
  const { pending } = JSON.parse((await migrate(database, "--dry-run", "--json")).output);
  expect(pending[0]).toMatchObject({ id: 1, name: "initial" });
  for (const statement of pending.flatMap(({ statements }: { statements: string[] }) => statements)) {
    expect(statement).not.toMatch(/@[a-z]/);
  }
});
