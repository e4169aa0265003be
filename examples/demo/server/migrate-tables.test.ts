import assert from "node:assert/strict";
import { test } from "node:test";
import { StoreUnavailable } from "@safelight/server";
import pg from "pg";
import { SettingsError } from "./environment.ts";
import { migrateTables } from "./migrate-tables.ts";

const refused = new Error("connect ECONNREFUSED ::1:5432");

for (const [title, error, message] of [
  ["does not respond", unavailable(refused), "The database is unavailable: connect ECONNREFUSED ::1:5432"],
  [
    "has several addresses",
    unavailable(new AggregateError([refused])),
    "The database is unavailable: connect ECONNREFUSED ::1:5432",
  ],
  [
    "refuses the user",
    new pg.DatabaseError("permission denied for schema public", 0, "error"),
    "Postgres refused the tables: permission denied for schema public",
  ],
] as const) {
  test(`a database that ${title} is closed, and reported in one line`, async () => {
    let closes = 0;
    const close = async (): Promise<void> => {
      closes += 1;
    };
    await assert.rejects(
      migrateTables({ migrate: () => Promise.reject(error) }, close),
      (thrown) => thrown instanceof SettingsError && thrown.message === message,
    );
    assert.equal(closes, 1);
  });
}

test("a defect is thrown as it is", async () => {
  const defect = new Error("A defect.");
  await assert.rejects(
    migrateTables({ migrate: () => Promise.reject(defect) }, async () => {}),
    defect,
  );
});

function unavailable(cause: Error): StoreUnavailable {
  return new StoreUnavailable("The store is unavailable.", { cause });
}
