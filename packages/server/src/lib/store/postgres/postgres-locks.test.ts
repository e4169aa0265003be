import { beforeEach, describe, expect, it } from "vitest";
import { type PostgresSchema, postgresSchemas } from "../../../../test/postgres-schemas.js";
import { image } from "../../../../test/postgres-sessions.js";
import { Scenario } from "../../../../testing/store-contract/scenario.js";
import { lockNames } from "./functions/lock-names.js";

const openSchema = postgresSchemas();

describe("a command that waits for a lock", () => {
  let run: PostgresSchema;
  let scenario: Scenario;

  beforeEach(async () => {
    run = await openSchema();
    scenario = new Scenario(run.store);
  });

  it("is refused if another worker claims the generation during the wait", async () => {
    const claim = await scenario.claimOne(await scenario.accepted());
    const held = await run.hold("UPDATE @generations SET epoch = epoch + 1");
    const parked = scenario.park(claim);
    await held.isAwaited();
    await held.run("COMMIT");
    expect(await parked).toEqual({ type: "lost" });
  });

  it.each(["owners", "accounts"])("takes the %s before the generation", async (table) => {
    const claim = await scenario.claimOne(await scenario.accepted());
    const held = await run.hold(`SELECT 1 FROM @${table} WHERE id = 'ada' FOR UPDATE`);
    const settled = scenario.settle(claim, { type: "failed", code: "provider_failed" });
    await held.isAwaited();
    expect(await held.run("SELECT id FROM @generations WHERE owner_id = 'ada' FOR UPDATE NOWAIT")).toHaveLength(1);
    await held.run("COMMIT");
    expect(await settled).toMatchObject({ type: "applied" });
    await run.expectExact();
  });

  it.each(["owner", "account"])("creates no %s while another command holds its name", async (id) => {
    const held = await run.hold(`SELECT pg_advisory_xact_lock(hashtextextended('@name:${id}', 0))`);
    const submitted = scenario.submit({ ownerId: "owner", accountId: "account" });
    await held.isAwaited();
    expect(await held.run("SELECT id FROM @owners UNION ALL SELECT id FROM @accounts")).toEqual([]);
    await held.run("COMMIT");
    expect(await submitted).toMatchObject({ type: "accepted" });
    await run.expectExact();
  });

  it("is decided again if the generation moved to another owner during the wait", async () => {
    const id = await scenario.accepted();
    const held = await run.hold("UPDATE @generations SET owner_id = 'bob'");
    const canceled = run.store.requestCancel({ ownerId: "ada", id });
    await held.isAwaited();
    await held.run("COMMIT");
    expect(await canceled).toBeNull();
  });

  it("creates the owner again if it was deleted during the wait", async () => {
    await scenario.accepted({ accountId: "team" });
    const held = await run.hold("DELETE FROM @owners WHERE id = 'ada'");
    const submitted = scenario.submit({ accountId: "team" });
    await held.isAwaited();
    await held.run("COMMIT");
    expect(await submitted).toMatchObject({ type: "accepted", generation: { sequence: 1 } });
  });

  it("creates the owner if the key that forbade it expires during the wait", async () => {
    await scenario.accepted({ ownerId: "bob", accountId: "team" });
    await run.query("INSERT INTO @submissions VALUES ('ada', 'key', 'print', 'gen_0', 9000000000000)");
    const held = await run.hold("SELECT 1 FROM @accounts WHERE id = 'team' FOR UPDATE");
    const idempotencyKey = { keyHash: "key", fingerprint: "print", keepMs: 1_000 };
    const submitted = scenario.submit({ accountId: "team", idempotencyKey });
    await held.isAwaited();
    await held.run("DELETE FROM @submissions");
    await held.run("COMMIT");
    expect(await submitted).toMatchObject({ type: "accepted" });
    await run.expectExact();
  });

  it("marks nothing as seen if its owner is created during the wait", async () => {
    const id = await scenario.accepted();
    await run.store.requestCancel({ ownerId: "ada", id });
    // A command that has read the owners waits to read the generations, or ends.
    const held = await run.hold("LOCK TABLE @generations IN ACCESS EXCLUSIVE MODE");
    const marked = run.store.markSeen({ ownerId: "user", ids: [id] });
    let hasEnded = false;
    const ended = marked.finally(() => {
      hasEnded = true;
    });
    await held.isAwaited({ hasEnded: () => hasEnded });
    await held.run(`INSERT INTO @owners (id, sequence, log_start, rate_tat, refund_tat, touched_at, created_at)
      VALUES ('user', 1, 0, 0, 0, 0, 0)`);
    await held.run("UPDATE @generations SET owner_id = 'user', sequence = 1");
    await held.run("COMMIT");
    await expect(ended).resolves.toBeUndefined();
    expect(await run.query("SELECT seen_at FROM @generations")).toEqual([{ seen_at: null }]);
  });

  it("writes nothing if the account of a refund is missing", async () => {
    const claim = await scenario.claimOne(await scenario.accepted());
    await run.query("DELETE FROM @accounts");
    const settled = scenario.settle(claim, { type: "failed", code: "provider_failed" });
    await expect(settled).rejects.toThrow("account ada is missing");
    expect(await run.query("SELECT state FROM @generations")).toEqual([{ state: "queued" }]);
  });

  it("raises the positions of erasures only between two erasures", async () => {
    const timeline = "SELECT value FROM @settings WHERE name = 'timeline'";
    const before = await run.query(timeline);
    const held = await run.hold("SELECT pg_advisory_xact_lock(hashtextextended('@erasures', 0))");
    const started = run.store.startTimeline();
    await held.isAwaited();
    expect(await held.run(timeline)).toEqual(before);
    await held.run("COMMIT");
    await started;
  });

  it("does not wait for the same names in another schema, or for a name that is no owner", async () => {
    const other = await openSchema();
    for (const name of ["ada", "timings", "inputs:ada"]) await other.hold(`SELECT @${lockNames.name}('${name}', NULL)`);
    await run.hold(`SELECT @${lockNames.name}('timings', 'inputs:ada')`);
    await scenario.accepted();
    await run.store.addTimings([{ model: "demo", providerId: "demo", size: 1, bucket: 1, count: 1 }]);
    await run.store.recordInput(image(1));
    await run.expectExact();
  });

  it("locks no row of another owner", async () => {
    const id = await scenario.accepted();
    await scenario.accepted({ ownerId: "bob" });
    await run.hold("SELECT 1 FROM @owners WHERE id = 'ada' FOR UPDATE");
    expect(await run.store.requestCancel({ ownerId: "bob", id })).toBeNull();
  });
});

describe("a claim", () => {
  it("skips a due generation that another command has locked, and claims the others", async () => {
    const run = await openSchema();
    const scenario = new Scenario(run.store);
    const [locked, free] = [await scenario.accepted(), await scenario.accepted()];
    const held = await run.hold(`SELECT 1 FROM @generations WHERE id = '${locked}' FOR UPDATE`);
    expect((await scenario.claim()).map(({ generation }) => generation.id)).toEqual([free]);
    await held.run("COMMIT");
    expect((await scenario.claim()).map(({ generation }) => generation.id)).toEqual([locked]);
  });
});
