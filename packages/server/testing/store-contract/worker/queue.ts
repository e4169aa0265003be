import { describe, expect, it } from "vitest";
import { type CreateStore, withStore } from "../scenario.js";

/** Contract of the counts for monitoring. */
export function describeQueue(create: CreateStore): void {
  describe("readQueue", () => {
    const none = { queued: 0, submitting: 0, running: 0, storing: 0, retry_wait: 0, reconciling: 0 };

    it(
      "counts nothing in an empty database",
      withStore(create, async ({ store }) => {
        expect(await store.readQueue()).toEqual({ active: none, oldestDueMs: 0, outbox: 0, isCapped: false });
      }),
    );

    it(
      "counts active generations by state, and the outbox items of those that have ended",
      withStore(create, async ({ scenario, store, advance }) => {
        await scenario.running();
        await scenario.accepted();
        await scenario.accepted({ model: "other" });
        const ended = await scenario.accepted({ ownerId: "bob", accountId: "bob", credits: 0 });
        await store.requestCancel({ ownerId: "bob", id: ended, announceTo: ["hook", "webhook"] });
        advance(500);
        const reading = await store.readQueue();
        expect(reading).toMatchObject({ active: { ...none, queued: 2, running: 1 }, oldestDueMs: 500 });
        expect(reading.outbox).toBeGreaterThanOrEqual(2);
      }),
    );

    it(
      "measures no wait of generations that a worker holds",
      withStore(create, async ({ scenario, store, advance }) => {
        await scenario.accepted();
        await scenario.claim(1, 60_000);
        advance(59_000);
        expect((await store.readQueue()).oldestDueMs).toBe(0);
        advance(3_000);
        expect((await store.readQueue()).oldestDueMs).toBe(2_000);
      }),
    );
  });
}
