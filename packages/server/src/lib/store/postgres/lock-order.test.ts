import { beforeEach, describe, expect, it } from "vitest";
import { type PostgresSchema, postgresSchemas } from "../../../../test/postgres-schemas.js";
import { image } from "../../../../test/postgres-sessions.js";
import { Scenario } from "../../../../testing/store-contract/scenario.js";

const openSchema = postgresSchemas();

let run: PostgresSchema;
let scenario: Scenario;

beforeEach(async () => {
  run = await openSchema();
  scenario = new Scenario(run.store);
  // Everything that has ended or is unused may be purged now.
  await run.query(`INSERT INTO @settings (name, value) VALUES ('agreed_time', '{"confirmedAt":1900000000000}')`);
});

const purgeGenerations = () => run.store.purgeGenerations({ endedForMs: 0, limit: 10 });

/** A generation that has ended. */
async function ended(change: { readonly id: string; readonly ownerId?: string }): Promise<string> {
  const id = await scenario.accepted(change);
  await run.store.requestCancel({ ownerId: change.ownerId ?? "ada", id });
  return id;
}

/** Expects that a command locks the first row, by id, before the second, which precedes it in the table. */
async function expectFirst(table: string, command: () => Promise<unknown>): Promise<void> {
  // Postgres reads a table of few rows in the order of their places.
  await run.query(`CREATE TABLE @reversed AS SELECT * FROM @${table} ORDER BY id DESC`);
  await run.query(`TRUNCATE @${table}`);
  await run.query(`INSERT INTO @${table} SELECT * FROM @reversed`);
  await run.query("DROP TABLE @reversed");
  await run.query(`ANALYZE @${table}`);
  const held = await run.hold(`SELECT id FROM @${table} ORDER BY id LIMIT 1 FOR UPDATE`);
  const result = command();
  await held.isAwaited();
  const second = `SELECT id FROM @${table} ORDER BY id DESC LIMIT 1 FOR UPDATE NOWAIT`;
  await expect(held.run(second)).resolves.toHaveLength(1);
  await held.run("COMMIT");
  await result;
  await run.expectExact();
}

describe("rows are locked in the order of their ids", () => {
  const upload = async () => {
    for (const number of [1, 2]) await run.store.recordInput(image(number));
  };

  it("by a submit that refers to images", async () => {
    await upload();
    await expectFirst("inputs", () => run.store.touchInputs({ ownerId: "ada", ids: ["inp_2", "inp_1"] }));
  });

  it("by a purge of images", async () => {
    await upload();
    await expectFirst("inputs", () => run.store.purgeInputs({ unusedForMs: 0, limit: 10 }));
  });

  it("by a purge of generations", async () => {
    for (const id of ["gen_1", "gen_2"]) await ended({ id });
    await expectFirst("generations", purgeGenerations);
  });

  it("by a purge of generations of several owners", async () => {
    await ended({ id: "gen_1", ownerId: "bob" });
    await ended({ id: "gen_2", ownerId: "ada" });
    await expectFirst("owners", purgeGenerations);
  });
});

describe("rows of one owner are locked in the order of their ids", () => {
  const ids = ["gen_2", "gen_1"];
  const notices = { ownerId: "ada", claim: "tab", limit: 9, forMs: 3_600_000, leaseMs: 60_000 };
  const transfer = (credits: "move" | "leave") =>
    run.store.transferOwner({ from: "bob", to: "ada", credits, initialGrant: 0 });
  const erase = () => run.store.eraseOwner({ ownerId: "ada", pseudonym: "deleted", limit: 10 });

  beforeEach(async () => {
    for (const id of ["gen_1", "gen_2"]) await ended({ id });
  });

  it("by a claim of notices", () => expectFirst("generations", () => run.store.claimNotices(notices)));

  it("by a confirmation of notices", async () => {
    await run.store.claimNotices(notices);
    await expectFirst("generations", () => run.store.confirmNotices({ ownerId: "ada", claim: "tab", ids }));
  });

  it("by a command that marks as seen", () =>
    expectFirst("generations", () => run.store.markSeen({ ownerId: "ada", ids })));

  it("by an erasure", () => expectFirst("generations", erase));

  it("by an erasure that deletes images", async () => {
    for (const number of [1, 2]) await run.store.recordInput(image(number));
    await expectFirst("inputs", erase);
  });

  it("by a transfer", () =>
    expectFirst("generations", () =>
      run.store.transferOwner({ from: "ada", to: "bob", credits: "leave", initialGrant: 0 }),
    ));

  it("by a transfer of images", async () => {
    for (const number of [1, 2]) await run.store.recordInput(image(number));
    await expectFirst("inputs", () =>
      run.store.transferOwner({ from: "ada", to: "bob", credits: "leave", initialGrant: 0 }),
    );
  });

  it("by a transfer between two owners", async () => {
    await ended({ id: "gen_3", ownerId: "bob" });
    await expectFirst("owners", () => transfer("leave"));
  });

  it("by a transfer between two accounts", async () => {
    await ended({ id: "gen_3", ownerId: "bob" });
    await expectFirst("accounts", () => transfer("move"));
  });

  it("by a cancel that refunds one account through another", async () => {
    const id = await scenario.accepted({ id: "gen_3", ownerId: "bob" });
    await transfer("move");
    await expectFirst("accounts", () => run.store.requestCancel({ ownerId: "ada", id }));
  });
});

describe("a purge of generations", () => {
  it("locks the new owner of a generation that was transferred during its wait", async () => {
    const id = await ended({ id: "gen_1" });
    await scenario.accepted({ ownerId: "bob" });
    const transfer = await run.hold(
      `UPDATE @owners SET sequence = sequence + 1 WHERE id IN ('ada', 'bob');
       UPDATE @generations SET owner_id = 'bob', sequence = 2 WHERE id = '${id}'`,
    );
    const purged = purgeGenerations();
    await transfer.isAwaited();
    const next = run.hold("UPDATE @owners SET sequence = sequence + 1 WHERE id = 'bob'");
    await transfer.isAwaited({ sessions: 2 });
    await transfer.run("COMMIT");
    const change = await next;
    await change.isAwaited();
    await change.run("COMMIT");
    expect(await purged).toMatchObject({ ownerIds: ["bob"] });
    // The transfer has sequence 2, and the other change 3.
    expect((await scenario.changes("bob")).deleted).toEqual([{ id, sequence: 4 }]);
  });
});
