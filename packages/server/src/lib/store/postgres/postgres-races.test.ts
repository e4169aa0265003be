import { beforeEach, describe, expect, it } from "vitest";
import { type PostgresSchema, postgresSchemas } from "../../../../test/postgres-schemas.js";
import { SeededRandom } from "../../../../testing/simulation/seeded-random.js";
import { output, refundOf, Scenario } from "../../../../testing/store-contract/scenario.js";
import type { Store } from "../../ports/store/store.js";

const openSchema = postgresSchemas();

describe("commands of several connections at once", () => {
  let run: PostgresSchema;
  let scenario: Scenario;

  beforeEach(async () => {
    run = await openSchema();
    scenario = new Scenario(run.store);
  });

  it("accept as many submits as the balance covers, also of owners and an account that are new", async () => {
    const submits = Array.from({ length: 40 }, (_, index) =>
      scenario.submit({ ownerId: `owner-${index % 4}`, accountId: "team", initialGrant: 100, credits: 4 }),
    );
    const verdicts = await Promise.all(submits);
    expect(verdicts.filter(({ type }) => type === "accepted")).toHaveLength(25);
    expect(verdicts.filter(({ type }) => type === "insufficient_credits")).toHaveLength(15);
    expect(await run.query("SELECT balance::int FROM @accounts")).toEqual([{ balance: 0 }]);
    await run.expectExact();
  });

  it("accept as many submits as the rate allows", async () => {
    await scenario.accepted({ credits: 0 });
    const limits = { maxActive: null, rate: { requests: 5, perMs: 3_600_000 }, refunds: null };
    const verdicts = await Promise.all(Array.from({ length: 20 }, () => scenario.submit({ credits: 0, limits })));
    expect(verdicts.filter(({ type }) => type === "accepted")).toHaveLength(5);
    await run.expectExact();
  });

  it("accept as many submits as the cap of active generations allows", async () => {
    await scenario.accepted({ credits: 0 });
    const limits = { maxActive: 5, rate: null, refunds: null };
    const verdicts = await Promise.all(Array.from({ length: 20 }, () => scenario.submit({ credits: 0, limits })));
    expect(verdicts.filter(({ type }) => type === "accepted")).toHaveLength(4);
    await run.expectExact();
  });

  it("decide an idempotency key once", async () => {
    const idempotencyKey = { keyHash: "key", fingerprint: "body", keepMs: 900_000 };
    const verdicts = await Promise.all(Array.from({ length: 20 }, () => scenario.submit({ idempotencyKey })));
    expect(verdicts.filter(({ type }) => type === "accepted")).toHaveLength(1);
    expect(verdicts.filter(({ type }) => type === "replayed")).toHaveLength(19);
    await run.expectExact();
  });

  it("insert a generation once when one submit is sent several times", async () => {
    const command = scenario.command();
    const verdicts = await Promise.all(Array.from({ length: 20 }, () => run.store.submit(command)));
    expect(new Set(verdicts.map(({ type }) => type))).toEqual(new Set(["accepted"]));
    expect(await run.query("SELECT balance::int FROM @accounts")).toEqual([{ balance: 96 }]);
    await run.expectExact();
  });

  it("claim each generation once", async () => {
    for (let index = 0; index < 40; index += 1) await scenario.accepted({ credits: 0 });
    const claimed: string[] = [];
    while (claimed.length < 40) {
      const claims = await Promise.all(Array.from({ length: 8 }, () => scenario.claim(4)));
      claimed.push(...claims.flat().map(({ generation }) => generation.id));
    }
    expect(new Set(claimed).size).toBe(40);
    await run.expectExact();
  });

  it("settle a generation once, with one refund", async () => {
    const claim = await scenario.claimOne(await scenario.accepted());
    await scenario.intent(claim);
    const verdicts = await Promise.all(
      Array.from({ length: 20 }, () => scenario.settle(claim, { type: "failed", code: "provider_failed" })),
    );
    expect(verdicts.filter(({ type }) => type === "applied")).toHaveLength(1);
    expect(await run.query("SELECT balance::int FROM @accounts")).toEqual([{ balance: 100 }]);
    await run.expectExact();
  });

  it("end a generation once when a cancel and a settle race", async () => {
    for (let round = 0; round < 20; round += 1) {
      const id = await scenario.accepted();
      const claim = await scenario.claimOne(id);
      await Promise.all([
        run.store.requestCancel({ ownerId: "ada", id }),
        scenario.settle(claim, { type: "failed", code: "provider_failed" }),
      ]);
    }
    expect(await run.query("SELECT balance::int FROM @accounts")).toEqual([{ balance: 100 }]);
    await run.expectExact();
  });
});

/** A worker that plays lives until all generations have ended. */
async function work(store: Store, random: () => number): Promise<void> {
  const token = () => globalThis.crypto.randomUUID();
  for (;;) {
    const claims = await store.claim({ models: ["demo"], limit: 3, leaseMs: 60_000, token: token() });
    if (claims.length === 0 && (await store.nextDueInMs({ models: ["demo"], topics: [] })) === null) return;
    for (const { generation } of claims) {
      const held = { id: generation.id, epoch: generation.epoch };
      const attemptToken = token();
      const settle = (outcome: Parameters<Store["settle"]>[0]["outcome"]) =>
        store.settle({ ...held, token: token(), outcome, refund: refundOf(generation, outcome), attempt: null });
      if (generation.cancelRequestedAt !== null) {
        await settle({ type: "canceled" });
        continue;
      }
      const intent = { ...held, attemptToken, providerId: "p", expectedInMs: null, isEstimated: false };
      await store.recordIntent({ ...intent, token: token(), starts: random() < 0.5 });
      const progress = { value: random(), source: "provider", queuePosition: null, preview: null } as const;
      await store.recordProgress({ ...held, token: token(), progress });
      await store.renew({ ...held, leaseMs: 60_000 });
      if (random() < 0.3) {
        await settle({ type: "failed", code: "provider_failed" });
        continue;
      }
      await store.recordResult({ ...held, token: token(), attemptToken, outputs: null });
      await settle({ type: "completed", outputs: [output()] });
    }
  }
}

async function storm({ store }: PostgresSchema, random: () => number): Promise<void> {
  const ids: { readonly ownerId: string; readonly id: string }[] = [];
  const scenario = new Scenario(store);
  const submit = async (): Promise<void> => {
    for (let index = 0; index < 12; index += 1) {
      const [ownerId, payer] = [`owner-${Math.floor(random() * 4)}`, `owner-${Math.floor(random() * 4)}`];
      const accountId = random() < 0.5 ? ownerId : payer;
      const verdict = await scenario.submit({ ownerId, accountId, initialGrant: 60, credits: 4 });
      if (verdict.type === "accepted") ids.push({ ownerId, id: verdict.generation.id });
      const other = ids[Math.floor(random() * ids.length)];
      if (other !== undefined && random() < 0.4) await store.requestCancel(other);
    }
  };
  await Promise.all([...Array.from({ length: 5 }, submit)]);
  await Promise.all([...Array.from({ length: 3 }, submit), ...Array.from({ length: 4 }, () => work(store, random))]);
  await work(store, random);
}

describe("a storm of submits, cancels and workers on four owners", () => {
  it("keeps exact books without a deadlock, and no two changes share a sequence", async () => {
    const run = await openSchema();
    await storm(run, new SeededRandom(1).next);
    expect(await run.query("SELECT id FROM @generations WHERE finished_at IS NULL")).toEqual([]);
    await run.expectExact();
  });

  it("keeps exact books on a wire that loses requests and responses", async () => {
    const random = new SeededRandom(2).next;
    let lost = 0;
    const run = await openSchema({
      clientOf: (pool) => ({
        async query(text, values) {
          const reset = () => {
            lost += 1;
            return Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
          };
          if (random() < 0.1) throw reset();
          const rows = await pool.query(text, values);
          if (random() < 0.1) throw reset();
          return rows;
        },
      }),
    });
    await storm(run, new SeededRandom(3).next);
    expect(lost).toBeGreaterThan(0);
    await run.expectExact();
  });
});
