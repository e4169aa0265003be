import Database from "libsql";
import { expect, it } from "vitest";
import { migrations } from "./migrations.js";

it("gives a turn to the generations that wait at the upgrade, and to no others", () => {
  const database = new Database(":memory:");
  const apply = (from: number, to: number) => {
    for (const { statements } of migrations.slice(from, to)) for (const sql of statements) database.exec(sql);
  };
  apply(0, 20);
  database.exec("PRAGMA ignore_check_constraints = ON");
  const columns = database
    .prepare(`SELECT name FROM pragma_table_info('safelight_generations') WHERE "notnull" = 1 AND dflt_value IS NULL`)
    .all()
    .map((row) => String(Object(row).name));
  const insert = (id: string, changed: Readonly<Record<string, number | string>>) => {
    const row = { ...Object.fromEntries(columns.map((name) => [name, 1])), id, due_at: 1, rank: 60_000, ...changed };
    const names = Object.keys(row);
    database
      .prepare(`INSERT INTO safelight_generations (${names.join()}) VALUES (${names.map(() => "?").join()})`)
      .run(...Object.values(row));
  };
  insert("waiting", { state: "queued", leased: 0 });
  insert("scheduled", { state: "queued", leased: 0, not_before: 1 });
  insert("later", { state: "retry_wait", leased: 0, due_at: 2 });
  insert("running", { state: "running", leased: 0 });
  apply(20, 21);
  const turns = database.prepare("SELECT id, turn FROM safelight_generations ORDER BY turn, id").all({});
  database.close();
  expect(turns.map((row) => ({ id: Object(row).id, turn: Object(row).turn }))).toEqual([
    { id: "later", turn: 0 },
    { id: "running", turn: 0 },
    { id: "scheduled", turn: 0 },
    { id: "waiting", turn: 60_000 },
  ]);
});
