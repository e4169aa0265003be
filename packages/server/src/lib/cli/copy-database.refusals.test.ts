import { join } from "node:path";
import Database from "libsql";
import { expect, it } from "vitest";
import { Scenario } from "../../../testing/store-contract/scenario.js";
import { tempFolder } from "../../../testing/temp-folder.js";
import { copiedTables } from "../store/copy/copied-tables.js";
import { libsqlStore } from "../store/libsql/libsql-store.js";
import { runCommand } from "./run-command.js";

async function folderWith(...names: readonly string[]) {
  const folder = await tempFolder("refusals");
  const url = (name: string) => `file:${join(folder, name)}`;
  for (const name of names) {
    const store = libsqlStore({ url: url(name) });
    await store.migrate();
    await new Scenario(store).accepted({ id: `gen_${name}` });
    await store.close();
  }
  const exec = (name: string, sql: string) => {
    const database = new Database(join(folder, name));
    database.exec(sql);
    database.close();
  };
  const copy = (from: string, to: string, ...more: readonly string[]) =>
    runCommand(["copy", "--from", url(from), "--to", url(to), ...more], {});
  return { copy, exec, url };
}

it("refuses a target with rows of another database", async () => {
  const { copy, exec } = await folderWith("a.db", "b.db", "c.db");
  expect((await copy("a.db", "b.db")).errors).toMatch(/b\.db is not empty \(owners\): use an empty database/);
  expect((await copy("a.db", "a.db")).errors).toContain("Both URLs name the same database.");
  expect(await copy("a.db", "copy.db", "--prepare")).toMatchObject({ exitCode: 0 });
  expect((await copy("b.db", "copy.db")).errors).toContain("copy.db is an unfinished copy of another database");
  expect((await copy("copy.db", "d.db")).errors).toContain("copy.db is an unfinished copy of another database.");
  exec("c.db", "INSERT INTO safelight_migrations VALUES (999, 'newer', 1, 'hash', 0)");
  expect((await copy("c.db", "d.db")).errors).toContain("is not the one of this release");
  exec("a.db", "DELETE FROM safelight_migrations WHERE id = (SELECT max(id) FROM safelight_migrations)");
  expect((await copy("a.db", "d.db")).errors).toContain("is not the one of this release");
});

it("refuses a source that has moved, and one that is frozen for another target", async () => {
  const { copy } = await folderWith("a.db");
  expect(await copy("a.db", "b.db")).toMatchObject({ exitCode: 0 });
  expect((await copy("a.db", "b.db")).errors).toMatch(/a\.db has moved to file:.*b\.db already/);
  expect((await copy("a.db", "c.db")).errors).toMatch(/a\.db has moved to file:.*b\.db\. To undo that/);
});

it("creates nothing if there is no database to copy", async () => {
  const { copy } = await folderWith();
  expect((await copy("none.db", "b.db")).errors).toMatch(/No Safelight tables in file:.*none\.db/);
  expect((await copy("b.db", "none.db")).errors).toMatch(/No Safelight tables in file:.*b\.db/);
});

it.each([
  [["--to", "file:b.db"], "Pass the database to copy: --from file:safelight.db"],
  [["--from", "file:a.db"], "Pass an empty database: --to postgres://user@host/db"],
  [["--from", "file:a.db", "--to", "file:b.db", "--release"], "Pass either --to or --release."],
  [
    ["--from", "file:a.db", "--to", "file:b.db", "--max-read-only", "soon"],
    "--max-read-only must be a number of seconds.",
  ],
  [
    ["--from", "mysql://user:password@host/db", "--to", "file:b.db"],
    'begins with file: or postgres://, not with "mysql"',
  ],
  [["--from", "file:a.db", "--to", "file:b.db", "--force"], "--force"],
])("prints the error and the usage for %j", async (args, reason) => {
  const { errors, exitCode } = await runCommand(["copy", ...args], {});
  expect(exitCode).toBe(2);
  expect(errors).toContain(reason);
  expect(errors).toContain("safelight copy --from <url> --to <url>");
  expect(errors).not.toContain("password");
});

it("names a server that cannot be reached, without the password", async () => {
  const url = "postgres://user:password@127.0.0.1:1/app";
  const { errors, exitCode } = await runCommand(["copy", "--from", url, "--to", "file:b.db"], {});
  expect(exitCode).toBe(2);
  expect(errors).toMatch(/Could not connect to postgres:\/\/127\.0\.0\.1:1\/app: .*ECONNREFUSED/);
  expect(errors).not.toContain("password");
});

it("copies each column that the migrations of a file create", async () => {
  const path = join(await tempFolder("columns"), "a.db");
  const store = libsqlStore({ url: `file:${path}` });
  await store.migrate();
  await store.close();
  const database = new Database(path);
  const all = (sql: string) => database.prepare(sql).all([]);
  const names = all(
    "SELECT substr(name, 11) AS name FROM sqlite_master WHERE type = 'table' AND name LIKE 'safelight@_%' ESCAPE '@'",
  );
  const copied = [...copiedTables.map(({ name }) => ({ name })), { name: "migrations" }];
  expect(new Set(names)).toEqual(new Set(copied));
  for (const { columns, key, name } of copiedTables) {
    const found = all(`SELECT name, lower(type) AS kind, pk FROM pragma_table_info('safelight_${name}')`);
    const described = Object.entries(columns).map(([column, kind]) => ({
      name: column,
      kind,
      pk: key.indexOf(column) + 1,
    }));
    expect(new Set(described), name).toEqual(new Set(found));
  }
  database.close();
});
