import { expect, it, onTestFinished } from "vitest";
import { populate } from "../../../../../../test/populate-postgres.js";
import { startPostgres } from "../../../../../../test/start-postgres.js";
import { Scenario } from "../../../../../../testing/store-contract/scenario.js";
import { postgresStore } from "../../postgres-store.js";

const server = startPostgres();
const time = 1_800_000_000_000;

/** Postgres decides after five calls of a connection whether it keeps one plan. */
const callsBefore = 6;

it("plans a claim of a few generations once for each connection", async () => {
  const pool = (await server()).openPool({ max: 1 });
  const store = postgresStore({ client: pool, schema: "claim_plan", now: () => time });
  await store.migrate();
  await populate(pool, { schema: "claim_plan", prefix: "safelight_", state: "active", hasStatistics: true, time });
  // Due, of other models.
  await pool.query("UPDATE claim_plan.safelight_generations SET due_at = due_at - 120000");
  await pool.query("ANALYZE claim_plan.safelight_generations");
  const scenario = new Scenario(store);
  const claimTwo = async (token: string) => {
    const submit = { ownerId: "new", model: "plans", initialGrant: 1_000 };
    const ids = [await scenario.accepted(submit), await scenario.accepted(submit)];
    const claims = await store.claim({ models: ["plans"], limit: 2, leaseMs: 30_000, token });
    expect(claims.map(({ generation }) => generation.id).toSorted()).toEqual(ids.toSorted());
  };
  for (let call = 0; call < callsBefore; call += 1) await claimTwo(`token-${call}`);
  const connection = await pool.connect();
  const plans: string[] = [];
  const onNotice = ({ message = "" }) => void plans.push(message);
  connection.on("notice", onNotice);
  connection.release();
  onTestFinished(() => void connection.off("notice", onNotice));
  await pool.query(`LOAD 'auto_explain'; SET auto_explain.log_min_duration = 0; SET client_min_messages = log;
    SET auto_explain.log_nested_statements = on`);
  await claimTwo("the last token");
  const ofClaim = plans.filter((plan) => plan.includes("claim_token") && plan.includes("Index"));
  expect(ofClaim.length).toBeGreaterThan(1);
  // A plan for one call has the values of the call.
  expect(ofClaim.filter((plan) => plan.includes("the last token"))).toEqual([]);
});
