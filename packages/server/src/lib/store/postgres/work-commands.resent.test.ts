import { describe, expect, it } from "vitest";
import { image } from "../../../../test/postgres-sessions.js";
import { clearedPostgres } from "../../../../test/start-postgres.js";
import { output, withStore } from "../../../../testing/store-contract/scenario.js";
import { postgresStore } from "./postgres-store.js";

const database = clearedPostgres();
const dayMs = 86_400_000;

/** A store that loses the first response of each command, after its commit, and sends it again. */
const create = async (now: () => number) => {
  const client = await database();
  const query = async (text: string, values: unknown[]) => {
    if (/^SELECT "public"/.test(text)) await client.query(text, values);
    return client.query(text, values);
  };
  return postgresStore({ client: { query }, now });
};

describe("a command that is sent again after its response was lost", () => {
  it(
    "records and drops an upload once",
    withStore(create, async ({ store, advance }) => {
      const limits = { rate: { requests: 1, perMs: 60_000 }, maxOwnerBytes: 100 };
      expect(await store.recordInput(image(1, limits))).toEqual({ type: "recorded" });
      expect(await store.touchInputs({ ownerId: "ada", ids: ["inp_1"] })).toHaveLength(1);
      await store.dropInput({ id: "inp_1", delayMs: 0 });
      const bytes = { models: [], topics: ["delete_objects"], limit: 10, leaseMs: 60_000 } as const;
      const items = await store.claimOutbox(bytes);
      expect(items).toMatchObject([{ keys: ["image-1/0-abc"] }]);
      for (const item of items) await store.confirmOutbox(item);
      advance(3_600_000);
      expect(await store.claimOutbox(bytes)).toEqual([]);
    }),
  );

  it(
    "purges unused images once, and reports them",
    withStore(create, async ({ store, advance }) => {
      for (const number of [1, 2]) await store.recordInput(image(number));
      advance(dayMs);
      expect(await store.purgeInputs({ unusedForMs: dayMs, limit: 10 })).toBe(2);
      const bytes = { models: [], topics: ["delete_objects"], limit: 10, leaseMs: 60_000 } as const;
      expect(await store.claimOutbox(bytes)).toHaveLength(2);
    }),
  );

  it(
    "claims an outbox item once, and returns it",
    withStore(create, async ({ scenario, store, advance }) => {
      const { id } = await scenario.running();
      advance(1_000);
      await scenario.settle(await scenario.claimOne(id), { type: "canceled" });
      const jobs = { models: ["demo"], topics: ["cancel_job"], limit: 10, leaseMs: 1_000 } as const;
      expect(await store.claimOutbox(jobs)).toMatchObject([{ topic: "cancel_job", tries: 1 }]);
      advance(2 * dayMs);
      expect(await store.dropUnclaimedOutbox({ models: [], topics: [], limit: 10 })).toEqual(["cancel_job"]);
    }),
  );

  it(
    "records a webhook once, and makes the generation due",
    withStore(create, async ({ scenario, store }) => {
      const { id } = await scenario.running();
      const webhook = { generationId: id, attempt: 1, deliveryId: "delivery-1", operationHint: null };
      expect(await store.recordWebhook(webhook)).toBe("recorded");
      expect(await store.recordWebhook(webhook)).toBe("duplicate");
      expect(await scenario.claim()).toHaveLength(1);
    }),
  );

  it(
    "purges a generation once, and returns its owner",
    withStore(create, async ({ scenario, store, advance }) => {
      advance(dayMs);
      await store.purgeGenerations({ endedForMs: dayMs, limit: 10 });
      const claim = await scenario.storing(advance);
      await scenario.settle(claim, { type: "completed", outputs: [output()] });
      const { sequence } = await scenario.changes("ada");
      advance(dayMs);
      expect(await store.purgeGenerations({ endedForMs: dayMs, limit: 10 })).toEqual({
        ownerIds: ["ada"],
        teamIds: ["everyone"],
        nextInMs: null,
      });
      const { id } = claim.generation;
      expect((await scenario.changes("ada", sequence)).deleted).toEqual([{ id, sequence: sequence + 1 }]);
      const bytes = { models: [], topics: ["delete_prefix"], limit: 10, leaseMs: 60_000 } as const;
      expect(await store.claimOutbox(bytes)).toHaveLength(1);
    }),
  );
});
