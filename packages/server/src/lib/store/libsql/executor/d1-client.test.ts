import { describe, expect, it } from "vitest";
import { BatchExecutor } from "./batch-executor.js";
import { type D1Binding, d1Client } from "./d1-client.js";

/** A binding that records the statements of each batch, and responds as D1 does. */
function binding(respond: () => { readonly results: readonly unknown[] }[]): D1Binding & { readonly sent: unknown[] } {
  const sent: unknown[] = [];
  const statement = (sql: string, values: unknown[]) => ({
    sql,
    values,
    bind: (...bound: unknown[]) => statement(sql, bound),
  });
  return {
    sent,
    prepare: (sql) => statement(sql, []),
    batch: async (statements) => {
      sent.push(statements);
      return respond();
    },
  };
}

function executorOn(database: D1Binding): BatchExecutor {
  return new BatchExecutor({
    client: d1Client(database),
    random: () => 0,
    // Long enough for a second try on a slow machine.
    busyTimeoutMs: 300,
    pollMs: 1_000,
  });
}

const insert = {
  statements: ["INSERT INTO t VALUES (:a, :b, :a)", "SELECT 1 AS one"],
  args: { a: 1, b: null, c: "not named" },
};

describe("d1Client", () => {
  it("sends a command as one batch with numbered parameters, and returns the rows of the last statement", async () => {
    const guarded = { results: [{ now: Date.now() }] };
    const database = binding(() => [guarded, { results: [] }, { results: [{ one: 1 }] }]);
    expect(await executorOn(database).write(insert)).toEqual([{ one: 1 }]);
    expect(database.sent).toMatchObject([
      [
        { values: [expect.any(Number)] },
        { sql: "INSERT INTO t VALUES (?1, ?2, ?1)", values: [1, null] },
        { sql: "SELECT 1 AS one", values: [] },
      ],
    ]);
  });

  it.each([
    ["D1_ERROR: UNIQUE constraint failed: t.name: SQLITE_CONSTRAINT", "SQLITE_CONSTRAINT"],
    [
      "D1_ERROR: CHECK constraint failed: SQLITE_BUSY: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_CHECK)",
      "SQLITE_CONSTRAINT_CHECK",
    ],
    ["D1_ERROR: too many terms in compound SELECT: SQLITE_ERROR", "SQLITE_ERROR"],
  ])("reads the code of %j, and does not repeat the command", async (message, code) => {
    const database = binding(() => {
      throw new Error(message);
    });
    await expect(executorOn(database).write(insert)).rejects.toMatchObject({ message, code });
    expect(database.sent).toHaveLength(1);
  });

  it.each([
    ["a busy database", "D1_ERROR: database is locked: SQLITE_BUSY", true],
    ["a lost connection", "D1_ERROR: Network connection lost.", false],
  ])("repeats a command on %s, then reports that the store is unavailable", async (_name, message, isBusy) => {
    const database = binding(() => {
      throw new Error(message);
    });
    await expect(executorOn(database).write(insert)).rejects.toMatchObject({ name: "StoreUnavailable", isBusy });
    expect(database.sent.length).toBeGreaterThan(1);
  });
});
