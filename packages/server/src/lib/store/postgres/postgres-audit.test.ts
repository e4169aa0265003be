import { describe, expect, it, onTestFinished } from "vitest";
import { clearedPostgres } from "../../../../test/start-postgres.js";
import { Scenario } from "../../../../testing/store-contract/scenario.js";
import { postgresStore } from "./postgres-store.js";

const database = clearedPostgres();

/** A completed generation of ada and a failed one of bob. Their ledger is right until `forge`. */
async function openLedger() {
  const client = await database();
  let time = 1_800_000_000_000;
  const store = postgresStore({ client, now: () => time });
  onTestFinished(() => store.close());
  await store.migrate();
  const scenario = new Scenario(store);
  await scenario.completed((milliseconds) => {
    time += milliseconds;
  });
  const failed = await scenario.accepted({ ownerId: "bob" });
  await scenario.settle(await scenario.claimOne(failed), { type: "failed", code: "internal" });
  const checks = async () => (await store.audit()).map(({ check }) => check).toSorted();
  return { checks, forge: (sql: string) => client.query(sql) };
}

const deleteCompleted = `WITH deleted AS (DELETE FROM safelight_outputs)
  UPDATE safelight_generations SET deleted_at = finished_at WHERE state = 'completed'`;
const rename = (reason: string) =>
  `UPDATE safelight_ledger_entries SET reason = '${reason}' WHERE reason LIKE 'completed %'`;

describe("the audit of Postgres", () => {
  it("reports nothing if all checks hold, also of a deleted generation", async () => {
    const { checks, forge } = await openLedger();
    expect(await checks()).toEqual([]);
    await forge(deleteCompleted);
    expect(await checks()).toEqual([]);
  });

  it.each([
    ["refund_matches_policy", "UPDATE safelight_generations SET failure_code = 'unknown' WHERE state = 'failed'"],
    ["refund_matches_policy", `UPDATE safelight_generations SET refunds = '{"internal":"x"}' WHERE state = 'failed'`],
    [
      "outputs_of_completed_only",
      "UPDATE safelight_generations SET deleted_at = finished_at WHERE state = 'completed'",
    ],
    ["log_starts_within_sequence", "UPDATE safelight_owners SET log_start = sequence + 1 WHERE id = 'bob'"],
    [
      "one_initial_grant",
      `WITH account AS (UPDATE safelight_accounts SET balance = balance + 9, initial = initial + 9 WHERE id = 'ada')
       INSERT INTO safelight_ledger_entries (account_id, kind, amount, initial, reason, key, created_at)
       VALUES ('ada', 'grant', 9, 9, 'initial', 'initial2', 0)`,
    ],
    [
      "one_generation_per_sequence",
      `WITH owner AS (UPDATE safelight_owners SET sequence = 99 WHERE id IN ('ada', 'bob'))
       UPDATE safelight_generations SET owner_id = 'ada', sequence = 9`,
    ],
  ])("reports %s", async (check, forgery) => {
    const { checks, forge } = await openLedger();
    await forge(forgery);
    expect(await checks()).toEqual([check]);
  });

  it.each(["completed 0/1", "completed 9/9", "failed:internal 100%"])(
    "reports the rule %s of a deleted generation",
    async (reason) => {
      const { checks, forge } = await openLedger();
      await forge(deleteCompleted);
      await forge(rename(reason));
      expect(await checks()).toEqual(["refund_matches_policy"]);
    },
  );
});
