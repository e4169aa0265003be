import { describe, expect, it } from "vitest";
import { type CreateStore, withStore } from "../scenario.js";

const idempotencyKey = { keyHash: "key", fingerprint: "body", keepMs: 10_000 };

/** Contract of idempotency keys: a key names one generation of its owner. */
export function describeIdempotency(create: CreateStore): void {
  describe("idempotency keys", () => {
    it(
      "return the current generation, before any limit is checked",
      withStore(create, async ({ scenario }) => {
        const limits = { maxActive: 1, rate: { requests: 1, perMs: 60_000 }, refunds: null };
        const id = await scenario.accepted({ idempotencyKey, limits, initialGrant: 4 });
        await scenario.claimOne(id);

        const replay = await scenario.submit({ idempotencyKey, limits });
        if (replay.type !== "replayed") throw new Error(replay.type);
        expect(replay.generation?.id).toBe(id);
        expect(replay.generation?.epoch).toBe(1);
        expect(await scenario.balance()).toBe(0);
      }),
    );

    it(
      "create one generation when many duplicates of a submit run concurrently",
      withStore(create, async ({ scenario }) => {
        const verdicts = await Promise.all(Array.from({ length: 50 }, () => scenario.submit({ idempotencyKey })));
        expect(verdicts.filter(({ type }) => type === "accepted")).toHaveLength(1);
        expect(verdicts.filter(({ type }) => type === "replayed")).toHaveLength(49);
        expect(await scenario.balance()).toBe(96);
      }),
    );

    it(
      "report a mismatch for another request body",
      withStore(create, async ({ scenario }) => {
        await scenario.accepted({ idempotencyKey });
        const other = { ...idempotencyKey, fingerprint: "other" };
        expect(await scenario.submit({ idempotencyKey: other })).toEqual({ type: "mismatch" });
      }),
    );

    it(
      "are separate for each owner",
      withStore(create, async ({ scenario }) => {
        await scenario.accepted({ idempotencyKey });
        expect(await scenario.submit({ idempotencyKey, ownerId: "bob" })).toMatchObject({ type: "accepted" });
      }),
    );

    it(
      "replay a deleted generation as null, without a second debit",
      withStore(create, async ({ scenario, store, advance }) => {
        const id = await scenario.accepted({ idempotencyKey });
        await store.requestCancel({ ownerId: "ada", id });
        advance(1);
        expect(await store.remove({ ownerId: "ada", id })).toMatchObject({ type: "removed" });
        expect(await scenario.submit({ idempotencyKey })).toMatchObject({ type: "replayed", generation: null });
        expect(await store.findSubmission({ ownerId: "ada", keyHash: "key" })).toMatchObject({
          generationId: id,
          generation: null,
        });
      }),
    );

    it(
      "expire after their retention time",
      withStore(create, async ({ scenario, store, advance }) => {
        const first = await scenario.accepted({ idempotencyKey });
        advance(9_999);
        expect(await store.findSubmission({ ownerId: "ada", keyHash: "key" })).toMatchObject({ generationId: first });
        advance(1);
        expect(await store.findSubmission({ ownerId: "ada", keyHash: "key" })).toBeNull();
        const second = await scenario.accepted({ idempotencyKey });
        expect(await store.findSubmission({ ownerId: "ada", keyHash: "key" })).toMatchObject({ generationId: second });
      }),
    );
  });
}
