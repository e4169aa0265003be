import { join } from "node:path";
import Database from "libsql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Scenario } from "../../../../testing/store-contract/scenario.js";
import { tempFolder } from "../../../../testing/temp-folder.js";
import { libsqlStore } from "./libsql-store.js";

// Writes that the tables reject, if a guard of a command has a bug or a person edits the database.
const refused: Readonly<Record<string, readonly string[]>> = {
  "a second resolution of one debit": [
    `INSERT INTO safelight_ledger_entries (account_id, generation_id, kind, amount, resolves_entry_id, key, created_at)
     SELECT account_id, generation_id, 'refund', 4, resolves_entry_id, 'again', 0
     FROM safelight_ledger_entries WHERE kind = 'capture'`,
  ],
  "a second debit of one generation": [
    `INSERT INTO safelight_ledger_entries (account_id, generation_id, kind, amount, key, created_at)
     SELECT account_id, generation_id, 'debit', amount, 'again', 0
     FROM safelight_ledger_entries WHERE kind = 'debit' LIMIT 1`,
  ],
  "the same key twice on one account": [
    `INSERT INTO safelight_ledger_entries (account_id, kind, amount, key, created_at)
     SELECT account_id, 'grant', 1, key, 0 FROM safelight_ledger_entries WHERE kind = 'grant'`,
  ],
  "a balance below 0 or above the largest safe integer": [
    "UPDATE safelight_accounts SET balance = -1",
    "UPDATE safelight_accounts SET balance = 9007199254740992",
  ],
  "an initial part below 0 or above the whole": [
    "UPDATE safelight_accounts SET initial = balance + 1",
    "UPDATE safelight_accounts SET initial = -1",
    "UPDATE safelight_ledger_entries SET initial = 1 WHERE kind = 'debit'",
    "UPDATE safelight_ledger_entries SET initial = amount - 1 WHERE kind = 'debit'",
    "UPDATE safelight_ledger_entries SET initial = -1 WHERE kind = 'grant'",
    "UPDATE safelight_ledger_entries SET initial = amount + 1 WHERE kind = 'grant'",
  ],
  "a ledger entry of an unknown kind": [entry({ kind: "'gift'" })],
  "a refund that resolves no debit, and a grant that resolves one": [
    entry({ kind: "'refund'", amount: "1", generation: "'gen'" }),
    entry({ kind: "'grant'", resolves: "1000" }),
  ],
  "a debit without a generation, and a grant with one": [
    entry({ kind: "'debit'", amount: "-1" }),
    entry({ kind: "'grant'", generation: "'gen'" }),
  ],
  "an amount with the wrong sign": [
    entry({ kind: "'grant'", amount: "0" }),
    entry({ kind: "'debit'", amount: "1", generation: "'gen'" }),
    entry({ kind: "'adjustment'", amount: "0" }),
    entry({ kind: "'refund'", amount: "-1", generation: "'gen'", resolves: "1000" }),
  ],
  "a generation in an unknown state": [generation("state = 'lost'")],
  "a terminal state without finished_at, and the reverse": [
    generation("state = 'completed', due_at = NULL"),
    generation("finished_at = 1, due_at = NULL"),
  ],
  "an active generation without due_at, and an ended one with it": [
    generation("due_at = NULL"),
    "UPDATE safelight_generations SET due_at = 1 WHERE state = 'completed'",
  ],
  "a failed generation without failure_code, and the reverse": [
    generation("state = 'failed', finished_at = 1, due_at = NULL"),
    generation("failure_code = 'internal'"),
  ],
  "a negative price": [generation("credits = -1, refunded_credits = 0")],
  "a refund below 0 or above the price": [
    generation("refunded_credits = credits + 1"),
    generation("refunded_credits = -1"),
  ],
  "a generation that requests no outputs": [generation("requested_outputs = 0")],
  "progress outside of 0 to 1": [generation("progress = 1.5"), generation("progress = -0.5")],
  "progress of an unknown source": [generation("progress_source = 'guess'")],
  "a flag other than 0 and 1": [
    generation("leased = 2"),
    generation("woken = 2"),
    generation("drop_on_cancel = 2"),
    "UPDATE safelight_accounts SET shared = 2",
  ],
  "an attempt in an unknown state": ["UPDATE safelight_attempts SET state = 'lost'"],
  "two attempts with one token": [
    `INSERT INTO safelight_attempts (generation_id, number, state, token, provider_id, started_at)
     SELECT generation_id, number + 1, state, token, provider_id, 0 FROM safelight_attempts`,
  ],
  "two attempts with one number": [
    `INSERT INTO safelight_attempts (generation_id, number, state, token, provider_id, started_at)
     SELECT generation_id, number, state, token || 'x', provider_id, 0 FROM safelight_attempts`,
  ],
  "costs that are not a list": ["UPDATE safelight_attempts SET costs = '{}'"],
  "an empty output": ["UPDATE safelight_outputs SET byte_length = 0"],
  "two outputs with one index": ["INSERT INTO safelight_outputs SELECT * FROM safelight_outputs"],
  "two submissions with one key": ["INSERT INTO safelight_submissions SELECT * FROM safelight_submissions"],
};

const folder = await tempFolder("tables", afterAll);

describe("the tables reject", () => {
  let database: Database.Database;

  beforeAll(async () => {
    const path = join(folder, "test.db");
    let time = 1_800_000_000_000;
    const store = libsqlStore({ url: `file:${path}`, now: () => time });
    await store.migrate();
    const scenario = new Scenario(store);
    await scenario.completed((milliseconds) => {
      time += milliseconds;
    });
    await scenario.running({ submission: { keyHash: "key", fingerprint: "body", keepMs: 1_000 } });
    await store.close();
    database = new Database(path);
    return () => void database.close();
  });

  it.each(Object.entries(refused))("%s", (_, statements) => {
    for (const statement of statements) expect(() => changesOf(statement), statement).toThrow(/constraint failed/);
  });

  /** Number of rows that an accepted statement changes; rolls them back. */
  function changesOf(statement: string): number {
    database.exec("BEGIN");
    try {
      return database.prepare(statement).run().changes;
    } finally {
      database.exec("ROLLBACK");
    }
  }
});

function entry({
  kind,
  amount = "1",
  generation = "NULL",
  resolves = "NULL",
}: Readonly<Record<string, string>>): string {
  return `INSERT INTO safelight_ledger_entries
      (account_id, generation_id, kind, amount, resolves_entry_id, key, created_at)
    VALUES ('ada', ${generation}, ${kind}, ${amount}, ${resolves}, 'new', 0)`;
}

function generation(change: string): string {
  return `UPDATE safelight_generations SET ${change} WHERE state = 'running'`;
}
