import { join } from "node:path";
import Database from "libsql";
import { expect, it, onTestFinished } from "vitest";
import { output, Scenario } from "../../../../testing/store-contract/scenario.js";
import { tempFolder } from "../../../../testing/temp-folder.js";
import type { Store } from "../../ports/store/store.js";
import { libsqlStore } from "./libsql-store.js";

/** A ledger with one generation of each end under a custom refund policy, and a function to forge rows. */
async function openLedger(): Promise<{
  readonly store: Store;
  readonly scenario: Scenario;
  /** Advances the time by one second. */
  readonly later: () => void;
  readonly forge: (sql: string) => void;
}> {
  const path = join(await tempFolder("audit"), "test.db");
  let time = 1_800_000_000_000;
  const store = libsqlStore({ url: `file:${path}`, now: () => time });
  const database = new Database(path);
  onTestFinished(async () => {
    database.close();
    await store.close();
  });
  await store.migrate();
  const scenario = new Scenario(store);
  const policy = { requestedOutputs: 3, credits: 10, refunds: { internal: 50, canceled: 80 } };
  for (const outcome of [
    { type: "completed", outputs: [output(), output({ index: 1 })] },
    { type: "failed", code: "internal" },
    { type: "failed", code: "content_rejected" },
    { type: "canceled" },
  ] as const) {
    const { id, attemptToken } = await scenario.running(policy);
    time += 1_000;
    const claim = await scenario.claimOne(id);
    if (outcome.type === "completed") await scenario.result(claim, attemptToken);
    await scenario.settle(claim, outcome);
  }
  await store.requestCancel({ ownerId: "ada", id: await scenario.accepted(policy) });
  const later = () => {
    time += 1_000;
  };
  return { store, scenario, later, forge: (sql) => void database.exec(sql) };
}

it("reports nothing if each end refunds by its policy", async () => {
  const { store } = await openLedger();
  expect(await store.audit()).toEqual([]);
  const { entries } = await store.listCredits({ accountId: "ada", limit: 20, before: null });
  expect(entries.flatMap(({ kind, reason, amount }) => (kind === "debit" ? [] : [`${reason}: ${amount}`]))).toEqual([
    "canceled:withdrawn 100%: 10",
    "canceled 80%: 8",
    "failed:content_rejected 100%: 10",
    "failed:internal 50%: 5",
    "completed 2/3: 3",
    "initial: 100",
  ]);
});

it("checks the refund of a partial success against the policy for missing outputs", async () => {
  const { store, scenario, later, forge } = await openLedger();
  const { id, attemptToken } = await scenario.running({ requestedOutputs: 3, credits: 10, refunds: { missing: 50 } });
  later();
  const claim = await scenario.claimOne(id);
  await scenario.result(claim, attemptToken);
  await scenario.settle(claim, { type: "completed", outputs: [output()] });
  expect(await store.audit()).toEqual([]);
  const { entries: rows } = await store.listCredits({ accountId: "ada", limit: 1, before: null });
  expect(rows).toMatchObject([{ reason: "completed 1/3 50%", amount: 3 }]);
  forge(`UPDATE safelight_generations SET refunds = '{"missing":51}' WHERE id = '${id}'`);
  expect(await checksOf(store)).toEqual(["refund_matches_policy"]);
  forge(`UPDATE safelight_generations SET refunds = NULL WHERE id = '${id}'`);
  expect(await checksOf(store)).toEqual(["refund_matches_policy"]);
});

const checksOf = async (store: Store) => (await store.audit()).map(({ check }) => check);

it("reports a refund to another account than the payer", async () => {
  const { store, forge } = await openLedger();
  forge(`
    INSERT INTO safelight_accounts (id, balance, initial, created_at) VALUES ('bob', 5, 5, 0);
    UPDATE safelight_ledger_entries SET account_id = 'bob' WHERE reason = 'failed:internal 50%';
    UPDATE safelight_accounts SET balance = balance - 5, initial = initial - 5 WHERE id = 'ada'`);
  expect(await checksOf(store)).toEqual(["resolved_in_the_right_direction"]);
});

/** Removes the initial-grant part from a refund. */
const removeInitialPart = (reason: string, by: number) => `
  UPDATE ${entries} SET initial = initial - ${by} WHERE reason = '${reason}';
  UPDATE safelight_accounts SET initial = initial - ${by} WHERE id = 'ada'`;

it("reports an initial grant that was refunded as purchased credits, and a wrong count of it", async () => {
  const { store, forge } = await openLedger();
  forge(removeInitialPart("failed:internal 50%", 1));
  expect(await checksOf(store)).toEqual(["resolved_in_the_right_direction"]);
  forge("UPDATE safelight_accounts SET initial = initial - 1 WHERE id = 'ada'");
  expect(await checksOf(store)).toEqual(["initial_equals_ledger", "resolved_in_the_right_direction"]);
});

/** A ledger with a canceled generation that a guest paid for and bob owned at its end. */
async function movedLedger() {
  const { store, scenario, forge } = await openLedger();
  await scenario.buy("guest");
  const id = await scenario.accepted({ ownerId: "guest" });
  await store.transferOwner({ from: "guest", to: "bob", credits: "move", initialGrant: 0 });
  await store.requestCancel({ ownerId: "bob", id });
  expect(await store.audit()).toEqual([]);
  return { store, forge, id };
}

it("reports purchased credits that did not move to the new account, and others that did", async () => {
  const { store, forge, id } = await movedLedger();
  const key = `'transfer:${id}'`;
  forge(`UPDATE safelight_generations SET refund_account_id = 'ada' WHERE id = '${id}'`);
  expect(await checksOf(store)).toEqual(["refund_forwarded_after_transfer"]);
  forge(`UPDATE safelight_generations SET refund_account_id = 'bob' WHERE id = '${id}';
    UPDATE ${entries} SET amount = amount / 2 WHERE key = ${key};
    UPDATE safelight_accounts SET balance = balance + iif(id = 'bob', -2, 2) WHERE id IN ('bob', 'guest')`);
  expect(await checksOf(store)).toEqual(["refund_forwarded_after_transfer"]);
});

it.each([
  ["has one side", (key: string) => `DELETE FROM ${entries} WHERE key = ${key} AND account_id = 'guest'`],
  ["does not add up", (key: string) => `UPDATE ${entries} SET amount = -3 WHERE key = ${key} AND amount < 0`],
  ["moves an initial grant", (key: string) => `UPDATE ${entries} SET initial = amount / 4 WHERE key = ${key}`],
])("reports a transfer that %s", async (_case, forgery) => {
  const { store, forge, id } = await movedLedger();
  forge(forgery(`'transfer:${id}'`));
  expect(await checksOf(store)).toContain("moved_in_pairs");
});

const entries = "safelight_ledger_entries";
const resolvedBy = (reason: string) => `id = (SELECT generation_id FROM ${entries} WHERE reason = '${reason}')`;

/** Deletes the content of the completed generation. */
const deleteCompleted = `UPDATE safelight_generations SET deleted_at = finished_at WHERE state = 'completed';
  DELETE FROM safelight_outputs`;

/** Replaces the rule of the completed generation. */
const rename = (reason: string | null) =>
  `UPDATE ${entries} SET reason = ${reason === null ? "NULL" : `'${reason}'`} WHERE reason = 'completed 2/3'`;

it("accepts the refund of a partial success that was deleted", async () => {
  const { store, forge } = await openLedger();
  forge(deleteCompleted);
  expect(await store.audit()).toEqual([]);
});

it("reports a second initial grant", async () => {
  const { store, forge } = await openLedger();
  forge(`INSERT INTO ${entries} (account_id, kind, amount, initial, reason, key, created_at)
      VALUES ('ada', 'grant', 100, 100, 'initial', 'initial2', 0);
    UPDATE safelight_accounts SET balance = balance + 100, initial = initial + 100 WHERE id = 'ada'`);
  expect(await checksOf(store)).toEqual(["one_initial_grant"]);
});

/** Changes a refund in all rows consistently, so that all other checks still pass. */
const shift = (reason: string, by: number) => `
  UPDATE safelight_generations SET refunded_credits = refunded_credits + ${by} WHERE ${resolvedBy(reason)};
  UPDATE ${entries} SET amount = amount + ${by}, initial = initial + ${by} WHERE reason = '${reason}';
  UPDATE safelight_accounts SET balance = balance + ${by}, initial = initial + ${by}`;

it.each([
  ["a failure that refunds more than its policy", shift("failed:internal 50%", 1)],
  ["a failure that refunds less than the default", shift("failed:content_rejected 100%", -1)],
  ["a cancel that refunds more than its policy", shift("canceled 80%", 1)],
  ["a withdrawn generation that is not refunded in full", shift("canceled:withdrawn 100%", -1)],
  ["a refund above the share of the missing outputs", shift("completed 2/3", 1)],
  ["another rule than that of the policy", `UPDATE ${entries} SET reason = 'failed:internal 60%' WHERE amount = 5`],
  ["the rule of another end", `UPDATE ${entries} SET reason = 'failed:internal 50%' WHERE amount = 8`],
  ["a rule for dropped results", `UPDATE ${entries} SET reason = 'canceled:dropped 80%' WHERE amount = 8`],
  ["a wrong number of outputs", `UPDATE ${entries} SET reason = 'completed 1/3' WHERE amount = 3`],
  ["a missing rule", `UPDATE ${entries} SET reason = NULL WHERE amount = 5`],
  [
    "a policy that was changed after the refund",
    `UPDATE safelight_generations SET refunds = '{"internal":51}' WHERE ${resolvedBy("failed:internal 50%")}`,
  ],
  [
    "an unknown failure code",
    `UPDATE safelight_generations SET failure_code = 'unknown' WHERE ${resolvedBy("failed:internal 50%")}`,
  ],
  ["a refund above the share of a deleted generation", `${shift("completed 2/3", 1)}; ${deleteCompleted}`],
  ["a deleted generation without an output", `${deleteCompleted}; ${rename("completed 0/3")}`],
  ["another number of outputs of a deleted generation", `${deleteCompleted}; ${rename("completed 1/3")}`],
  ["the rule of another end for a deleted generation", `${deleteCompleted}; ${rename("failed:internal 50%")}`],
  ["a missing rule of a deleted generation", `${deleteCompleted}; ${rename(null)}`],
])("reports %s", async (_case, forgery) => {
  const { store, forge } = await openLedger();
  forge(forgery);
  const violations = await store.audit();
  expect(violations.map(({ check }) => check)).toEqual(["refund_matches_policy"]);
});
