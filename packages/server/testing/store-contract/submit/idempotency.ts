import { describe, expect, it } from "vitest";
import { type CreateStore, withStore } from "../scenario.js";

const submission = { keyHash: "key", fingerprint: "body", keepMs: 10_000 };

/** The same key is the same generation. */
export function describeIdempotency(create: CreateStore): void {
  describe("idempotency keys", () => {
    it(
      "answer the generation as it is now, before any limit",
      withStore(create, async ({ scenario }) => {
        const limits = { maxActive: 1, rate: { requests: 1, perMs: 60_000 }, refunds: null };
        const id = await scenario.accepted({ submission, limits, initialGrant: 4 });
        await scenario.take(id);

        const replay = await scenario.submit({ submission, limits });
        if (replay.type !== "replayed") throw new Error(replay.type);
        expect(replay.generation?.id).toBe(id);
        expect(replay.generation?.epoch).toBe(1);
        expect(await scenario.balance()).toBe(0);
      }),
    );

    it(
      "make one generation of many copies at once",
      withStore(create, async ({ scenario }) => {
        const verdicts = await Promise.all(Array.from({ length: 50 }, () => scenario.submit({ submission })));
        expect(verdicts.filter(({ type }) => type === "accepted")).toHaveLength(1);
        expect(verdicts.filter(({ type }) => type === "replayed")).toHaveLength(49);
        expect(await scenario.balance()).toBe(96);
      }),
    );

    it(
      "refuse another body",
      withStore(create, async ({ scenario }) => {
        await scenario.accepted({ submission });
        const other = { ...submission, fingerprint: "other" };
        expect(await scenario.submit({ submission: other })).toEqual({ type: "mismatch" });
      }),
    );

    it(
      "belong to one owner",
      withStore(create, async ({ scenario }) => {
        await scenario.accepted({ submission });
        expect(await scenario.submit({ submission, ownerId: "bob" })).toMatchObject({ type: "accepted" });
      }),
    );

    it(
      "remember a deleted generation without its content, and never charge again",
      withStore(create, async ({ scenario, store, advance }) => {
        const id = await scenario.accepted({ submission });
        await store.requestCancel({ ownerId: "ada", id });
        advance(1);
        expect(await store.remove({ ownerId: "ada", id })).toBe("removed");
        expect(await scenario.submit({ submission })).toMatchObject({ type: "replayed", generation: null });
        expect(await store.findSubmission({ ownerId: "ada", keyHash: "key" })).toMatchObject({
          generationId: id,
          generation: null,
        });
      }),
    );

    it(
      "are forgotten after their time",
      withStore(create, async ({ scenario, store, advance }) => {
        const first = await scenario.accepted({ submission });
        advance(9_999);
        expect(await store.findSubmission({ ownerId: "ada", keyHash: "key" })).toMatchObject({ generationId: first });
        advance(1);
        expect(await store.findSubmission({ ownerId: "ada", keyHash: "key" })).toBeNull();
        const second = await scenario.accepted({ submission });
        expect(await store.findSubmission({ ownerId: "ada", keyHash: "key" })).toMatchObject({ generationId: second });
      }),
    );
  });
}
