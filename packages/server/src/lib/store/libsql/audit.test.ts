import { join } from "node:path";
import Database from "libsql";
import { describe, expect, it, onTestFinished } from "vitest";
import { Scenario } from "../../../../testing/store-contract/scenario.js";
import { tempFolder } from "../../../../testing/temp-folder.js";
import type { Store } from "../../ports/store/store.js";
import { libsqlStore } from "./libsql-store.js";

/** A ledger with every kind of generation: completed and failed ones of two owners, an active one, and a free one. */
interface Books {
  readonly store: Store;
  readonly completed: string;
  readonly failed: string;
  readonly open: string;
  readonly free: string;
  /** Writes to the file directly, past the store and the constraints of the tables. */
  spoil(statement: string): void;
  /** Sets the database's time, in epoch milliseconds. */
  passTo(milliseconds: number): void;
  /** Names of the violated checks, each with its subject. */
  violations(): Promise<readonly string[]>;
}

async function openBooks(): Promise<Books> {
  const path = join(await tempFolder("audit"), "test.db");
  let time = 1_800_000_000_000;
  const store = libsqlStore({ url: `file:${path}`, now: () => time });
  onTestFinished(() => store.close());
  await store.migrate();
  const scenario = new Scenario(store);
  const completed = await scenario.completed((milliseconds) => {
    time += milliseconds;
  });
  const end = async (id: string) => {
    await scenario.settle(await scenario.take(id), { type: "failed", code: "internal" });
    return id;
  };
  const failed = await end(await scenario.accepted({ ownerId: "bob" }));
  const free = await end(await scenario.accepted({ credits: 0 }));
  const open = await scenario.accepted();
  const spoil = (statement: string): void => {
    const database = new Database(path);
    database.exec(`PRAGMA ignore_check_constraints = ON; ${statement}`);
    database.close();
  };
  const violations = async () => (await store.audit()).map(({ check, subject }) => `${check} ${subject}`).toSorted();
  const passTo = (milliseconds: number): void => {
    time = milliseconds;
  };
  return { store, completed, failed, open, free, spoil, passTo, violations };
}

describe("audit", () => {
  it("finds nothing where nothing is wrong", async () => {
    const { violations } = await openBooks();
    expect(await violations()).toEqual([]);
  });

  it("finds a balance that is not its entries", async () => {
    const { spoil, violations } = await openBooks();
    spoil("UPDATE safelight_accounts SET balance = balance + 1 WHERE id = 'bob'");
    expect(await violations()).toEqual(["balance_equals_ledger bob", "money_is_conserved all accounts"]);
  });

  it("finds a balance below nothing", async () => {
    const { spoil, violations } = await openBooks();
    spoil("UPDATE safelight_accounts SET balance = -1 WHERE id = 'bob'");
    expect(await violations()).toContain("balance_not_negative bob");
  });

  it("finds an entry of no account", async () => {
    const { spoil, violations } = await openBooks();
    spoil(`INSERT INTO safelight_ledger_entries (account_id, kind, amount, key, created_at)
      VALUES ('nobody', 'grant', 1, 'k', 0)`);
    expect(await violations()).toEqual(["entries_have_an_account nobody", "money_is_conserved all accounts"]);
  });

  it.each([
    ["is missing", "DELETE FROM safelight_ledger_entries WHERE kind = 'debit' AND generation_id = ?"],
    [
      "is of another amount",
      "UPDATE safelight_ledger_entries SET amount = -3 WHERE kind = 'debit' AND generation_id = ?",
    ],
    [
      "is of another account",
      "UPDATE safelight_ledger_entries SET account_id = 'bob' WHERE kind = 'debit' AND generation_id = ?",
    ],
  ])("finds a generation whose debit %s", async (_, statement) => {
    const { open, spoil, violations } = await openBooks();
    spoil(statement.replace("?", `'${open}'`));
    expect(await violations()).toContain(`one_debit_per_generation ${open}`);
  });

  it("finds an entry of a generation that is not there", async () => {
    const { spoil, violations } = await openBooks();
    spoil(`INSERT INTO safelight_ledger_entries (account_id, generation_id, kind, amount, key, created_at)
      VALUES ('ada', 'gen_lost', 'debit', 0, 'k', 0)`);
    expect(await violations()).toEqual(["no_debit_without_generation gen_lost"]);
  });

  it("finds an end without a resolution, and a resolution without an end", async () => {
    const { failed, open, spoil, violations } = await openBooks();
    spoil(
      `UPDATE safelight_ledger_entries SET generation_id = '${open}' WHERE kind = 'refund' AND generation_id = '${failed}'`,
    );
    expect(await violations()).toEqual(
      [
        `resolved_in_the_right_direction ${open}`,
        `resolved_once_at_the_end ${failed}`,
        `resolved_once_at_the_end ${open}`,
      ].toSorted(),
    );
  });

  it.each([
    ["of the wrong kind", "kind = 'refund'"],
    ["of another amount than the generation says", "amount = 1"],
    ["of what is no entry", "resolves_entry_id = 1000"],
    ["of what is no debit", "resolves_entry_id = id"],
    ["of another generation's debit", "resolves_entry_id = (SELECT max(id) FROM safelight_ledger_entries)"],
  ])("finds a capture %s", async (_, change) => {
    const { completed, spoil, violations } = await openBooks();
    spoil(`UPDATE safelight_ledger_entries SET ${change} WHERE kind = 'capture'`);
    expect(await violations()).toContain(`resolved_in_the_right_direction ${completed}`);
  });

  it.each([
    ["refund names another rule than the policy's", "failed", "reason = 'failed:internal 50%'"],
    ["refund is not what its rule gives", "failed", "amount = 3"],
    ["capture counts other outputs than there are", "completed", "reason = 'completed 0/1'"],
    ["capture gives back what was delivered", "completed", "amount = 1"],
  ] as const)("finds one whose %s", async (_, which, change) => {
    const books = await openBooks();
    const id = books[which];
    books.spoil(
      `UPDATE safelight_ledger_entries SET ${change} WHERE kind IN ('capture', 'refund') AND generation_id = '${id}'`,
    );
    expect(await books.violations()).toContain(`returned_by_policy ${id}`);
  });

  it("finds more given back than was taken", async () => {
    const { failed, spoil, violations } = await openBooks();
    spoil(`UPDATE safelight_ledger_entries SET amount = 5 WHERE kind = 'refund' AND generation_id = '${failed}';
      UPDATE safelight_generations SET refunded_credits = 5 WHERE id = '${failed}'`);
    expect(await violations()).toContain(`resolved_in_the_right_direction ${failed}`);
  });

  it("finds money that came from nowhere", async () => {
    const { spoil, violations } = await openBooks();
    spoil("UPDATE safelight_ledger_entries SET amount = amount + 1 WHERE kind = 'grant' AND account_id = 'bob'");
    expect(await violations()).toEqual(["balance_equals_ledger bob", "money_is_conserved all accounts"]);
  });

  it.each([
    ["running", 0],
    ["storing", 1_800_000],
  ])("finds what is still %s an hour after its time has ended", async (state, graceMs) => {
    const { store, open, spoil, violations, passTo } = await openBooks();
    const times = "created_at = 0, touched_at = 0, deadline_at = 0";
    spoil(`UPDATE safelight_generations SET state = '${state}', ${times} WHERE id = '${open}'`);
    const options = { storingGraceMs: 1_800_000 };
    passTo(graceMs + 3_600_000);
    expect(await store.audit(options)).toEqual([]);
    passTo(graceMs + 3_600_001);
    expect((await store.audit(options)).map(({ check }) => check)).toEqual(["ended_in_time"]);
    passTo(2 * 3_600_000 + 1);
    expect(await violations()).toEqual([`ended_in_time ${open}`]);
  });

  it("finds an active generation with a time that is more than an hour ahead", async () => {
    const { open, spoil, violations } = await openBooks();
    const hourAhead = 1_800_000_001_000 + 3_600_000;
    for (const column of ["created_at", "touched_at", "started_at"]) {
      spoil(`UPDATE safelight_generations SET ${column} = ${hourAhead + 1} WHERE id = '${open}'`);
      expect(await violations()).toEqual([`active_not_ahead ${open}`]);
      spoil(`UPDATE safelight_generations SET ${column} = ${hourAhead} WHERE id = '${open}'`);
      expect(await violations()).toEqual([]);
    }
  });

  it("finds a result without outputs, unless it was deleted", async () => {
    const { completed, spoil, store, violations } = await openBooks();
    spoil(`UPDATE safelight_outputs SET generation_id = 'gen_other'`);
    expect(await violations()).toEqual([`completed_has_outputs ${completed}`, `returned_by_policy ${completed}`]);
    await store.remove({ ownerId: "ada", id: completed });
    expect(await violations()).toEqual([]);
  });

  it.each([
    ["has no place in its owner's order", "sequence = NULL"],
    ["is beyond the end of its owner's order", "sequence = 1000"],
    ["has an owner who is not there", "owner_id = 'nobody'"],
  ])("finds a generation that %s", async (_, change) => {
    const { failed, spoil, violations } = await openBooks();
    spoil(`UPDATE safelight_generations SET ${change} WHERE id = '${failed}'`);
    expect(await violations()).toEqual([`sequence_within_owner ${failed}`]);
  });
});
