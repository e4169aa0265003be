import { join } from "node:path";
import Database from "libsql";
import { describe, expect, it, onTestFinished } from "vitest";
import { Scenario } from "../../../../testing/store-contract/scenario.js";
import { tempFolder } from "../../../../testing/temp-folder.js";
import type { Store } from "../../ports/store/store.js";
import { libsqlStore } from "./libsql-store.js";

/** A ledger with every kind of generation: completed and failed ones of two owners, an active one, and a free one. */
interface Ledger {
  readonly store: Store;
  readonly completed: string;
  readonly failed: string;
  readonly open: string;
  readonly free: string;
  /** Writes to the file directly, past the store and the constraints of the tables. */
  corrupt(statement: string): void;
  /** Sets the database's time, in epoch milliseconds. */
  setTime(milliseconds: number): void;
  /** Names of the violated checks, each with its subject. */
  violations(): Promise<readonly string[]>;
}

async function openLedger(): Promise<Ledger> {
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
    await scenario.settle(await scenario.claimOne(id), { type: "failed", code: "internal" });
    return id;
  };
  const failed = await end(await scenario.accepted({ ownerId: "bob" }));
  const free = await end(await scenario.accepted({ credits: 0 }));
  const open = await scenario.accepted();
  const corrupt = (statement: string): void => {
    const database = new Database(path);
    database.exec(`PRAGMA ignore_check_constraints = ON; ${statement}`);
    database.close();
  };
  const violations = async () => (await store.audit()).map(({ check, subject }) => `${check} ${subject}`).toSorted();
  const setTime = (milliseconds: number): void => {
    time = milliseconds;
  };
  return { store, completed, failed, open, free, corrupt, setTime, violations };
}

describe("audit", () => {
  it("reports nothing if all checks hold", async () => {
    const { violations } = await openLedger();
    expect(await violations()).toEqual([]);
  });

  it("reports a balance that differs from its ledger entries", async () => {
    const { corrupt, violations } = await openLedger();
    corrupt("UPDATE safelight_accounts SET balance = balance + 1 WHERE id = 'bob'");
    expect(await violations()).toEqual(["balance_equals_ledger bob", "money_is_conserved all accounts"]);
  });

  it("reports a negative balance", async () => {
    const { corrupt, violations } = await openLedger();
    corrupt("UPDATE safelight_accounts SET balance = -1 WHERE id = 'bob'");
    expect(await violations()).toContain("balance_not_negative bob");
  });

  it("reports a ledger entry without an account", async () => {
    const { corrupt, violations } = await openLedger();
    corrupt(`INSERT INTO safelight_ledger_entries (account_id, kind, amount, key, created_at)
      VALUES ('unknown', 'grant', 1, 'k', 0)`);
    expect(await violations()).toEqual(["entries_have_an_account unknown", "money_is_conserved all accounts"]);
  });

  it.each([
    ["is missing", "DELETE FROM safelight_ledger_entries WHERE kind = 'debit' AND generation_id = ?"],
    [
      "has another amount",
      "UPDATE safelight_ledger_entries SET amount = -3 WHERE kind = 'debit' AND generation_id = ?",
    ],
    [
      "belongs to another account",
      "UPDATE safelight_ledger_entries SET account_id = 'bob' WHERE kind = 'debit' AND generation_id = ?",
    ],
  ])("reports a generation whose debit %s", async (_, statement) => {
    const { open, corrupt, violations } = await openLedger();
    corrupt(statement.replace("?", `'${open}'`));
    expect(await violations()).toContain(`one_debit_per_generation ${open}`);
  });

  it("reports a ledger entry of an unknown generation", async () => {
    const { corrupt, violations } = await openLedger();
    corrupt(`INSERT INTO safelight_ledger_entries (account_id, generation_id, kind, amount, key, created_at)
      VALUES ('ada', 'gen_lost', 'debit', 0, 'k', 0)`);
    expect(await violations()).toEqual(["entries_have_a_generation gen_lost"]);
  });

  it("reports an ended generation without a resolution, and a resolution of an active one", async () => {
    const { failed, open, corrupt, violations } = await openLedger();
    corrupt(
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
    ["of another amount than the generation refunded", "amount = 1"],
    ["that resolves an unknown entry", "resolves_entry_id = 1000"],
    ["that resolves no debit", "resolves_entry_id = id"],
    ["that resolves another generation's debit", "resolves_entry_id = (SELECT max(id) FROM safelight_ledger_entries)"],
  ])("reports a capture %s", async (_, change) => {
    const { completed, corrupt, violations } = await openLedger();
    corrupt(`UPDATE safelight_ledger_entries SET ${change} WHERE kind = 'capture'`);
    expect(await violations()).toContain(`resolved_in_the_right_direction ${completed}`);
  });

  it.each([
    ["refund names another rule than its policy", "failed", "reason = 'failed:internal 50%'"],
    ["refund differs from the amount of its rule", "failed", "amount = 3"],
    ["capture names another number of outputs than are stored", "completed", "reason = 'completed 0/1'"],
    ["capture refunds delivered outputs", "completed", "amount = 1"],
  ] as const)("reports a generation whose %s", async (_, which, change) => {
    const ledger = await openLedger();
    const id = ledger[which];
    ledger.corrupt(
      `UPDATE safelight_ledger_entries SET ${change} WHERE kind IN ('capture', 'refund') AND generation_id = '${id}'`,
    );
    expect(await ledger.violations()).toContain(`refund_matches_policy ${id}`);
  });

  it("reports a refund above the debit", async () => {
    const { failed, corrupt, violations } = await openLedger();
    corrupt(`UPDATE safelight_ledger_entries SET amount = 5 WHERE kind = 'refund' AND generation_id = '${failed}';
      UPDATE safelight_generations SET refunded_credits = 5 WHERE id = '${failed}'`);
    expect(await violations()).toContain(`resolved_in_the_right_direction ${failed}`);
  });

  it("reports credits without a ledger entry", async () => {
    const { corrupt, violations } = await openLedger();
    corrupt("UPDATE safelight_ledger_entries SET amount = amount + 1 WHERE kind = 'grant' AND account_id = 'bob'");
    expect(await violations()).toEqual(["balance_equals_ledger bob", "money_is_conserved all accounts"]);
  });

  it.each([
    ["running", 0],
    ["storing", 1_800_000],
  ])("reports a generation that is still %s an hour after its end was due", async (state, graceMs) => {
    const { store, open, corrupt, violations, setTime } = await openLedger();
    const times = "created_at = 0, touched_at = 0, deadline_at = 0";
    corrupt(`UPDATE safelight_generations SET state = '${state}', ${times} WHERE id = '${open}'`);
    const options = { storingGraceMs: 1_800_000 };
    setTime(graceMs + 3_600_000);
    expect(await store.audit(options)).toEqual([]);
    setTime(graceMs + 3_600_001);
    expect((await store.audit(options)).map(({ check }) => check)).toEqual(["ended_in_time"]);
    setTime(2 * 3_600_000 + 1);
    expect(await violations()).toEqual([`ended_in_time ${open}`]);
  });

  it("reports an active generation with a time more than an hour ahead", async () => {
    const { open, corrupt, violations } = await openLedger();
    const hourAhead = 1_800_000_001_000 + 3_600_000;
    for (const column of ["created_at", "touched_at", "started_at"]) {
      corrupt(`UPDATE safelight_generations SET ${column} = ${hourAhead + 1} WHERE id = '${open}'`);
      expect(await violations()).toEqual([`active_not_ahead ${open}`]);
      corrupt(`UPDATE safelight_generations SET ${column} = ${hourAhead} WHERE id = '${open}'`);
      expect(await violations()).toEqual([]);
    }
  });

  it("reports a completed generation without outputs, unless it was deleted", async () => {
    const { completed, corrupt, store, violations } = await openLedger();
    corrupt(`UPDATE safelight_outputs SET generation_id = 'gen_other'`);
    const misplaced = "outputs_of_completed_only gen_other";
    const missing = [`completed_has_outputs ${completed}`, misplaced, `refund_matches_policy ${completed}`];
    expect(await violations()).toEqual(missing);
    await store.remove({ ownerId: "ada", id: completed });
    expect(await violations()).toEqual([misplaced]);
  });

  it("reports outputs of a failed generation, and of a deleted one", async () => {
    const { completed, failed, corrupt, violations } = await openLedger();
    corrupt(`INSERT INTO safelight_outputs (generation_id, "index", kind, storage_key, content_type, byte_length, sha256)
      SELECT '${failed}', 0, kind, storage_key, content_type, byte_length, sha256 FROM safelight_outputs`);
    expect(await violations()).toEqual([`outputs_of_completed_only ${failed}`]);
    corrupt(`UPDATE safelight_generations SET deleted_at = finished_at WHERE id = '${completed}'`);
    expect((await violations()).toSorted()).toEqual(
      [`outputs_of_completed_only ${completed}`, `outputs_of_completed_only ${failed}`].toSorted(),
    );
  });

  it("reports two generations of an owner with one sequence", async () => {
    const { open, free, corrupt, violations } = await openLedger();
    corrupt(`UPDATE safelight_generations SET sequence = (
      SELECT sequence FROM safelight_generations WHERE id = '${free}') WHERE id = '${open}'`);
    expect(await violations()).toEqual(["one_generation_per_sequence ada"]);
  });

  it("reports a change log that starts above the sequence of its owner", async () => {
    const { corrupt, violations } = await openLedger();
    corrupt("UPDATE safelight_owners SET log_start = sequence + 1 WHERE id = 'bob'");
    expect(await violations()).toEqual(["log_starts_within_sequence bob"]);
  });

  it.each([
    ["has no sequence", "sequence = NULL"],
    ["has a sequence above that of its owner", "sequence = 1000"],
    ["has an unknown owner", "owner_id = 'unknown'"],
  ])("reports a generation that %s", async (_, change) => {
    const { failed, corrupt, violations } = await openLedger();
    corrupt(`UPDATE safelight_generations SET ${change} WHERE id = '${failed}'`);
    expect(await violations()).toEqual([`sequence_within_owner ${failed}`]);
  });
});
