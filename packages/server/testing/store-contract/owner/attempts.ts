import { describe, expect, it } from "vitest";
import { type CreateStore, withStore } from "../scenario.js";

/** Contract of the read of attempts. */
export function describeAttempts(create: CreateStore): void {
  describe("readAttempts", () => {
    it(
      "has every attempt by number, and the deliveries of webhooks by time",
      withStore(create, async ({ scenario, store, advance }) => {
        const id = await scenario.accepted();
        const query = { ownerId: "ada", id };
        expect(await store.readAttempts(query)).toEqual({ attempts: [], moments: [] });
        const first = await scenario.claimOne(id);
        await scenario.intent(first, "one");
        const failure = { code: "rate_limited", message: "busy" } as const;
        await scenario.park(first, { to: "retry_wait", attempt: { state: "rejected", failure } });
        advance(1_000);
        const second = await scenario.claimOne(id);
        await scenario.intent(second, "two");
        await scenario.operation(second, "two");
        advance(1_000);
        const delivery = { generationId: id, operationHint: null };
        await store.recordWebhook({ ...delivery, attempt: 2, deliveryId: "b" });
        advance(1_000);
        await store.recordWebhook({ ...delivery, attempt: 2, deliveryId: "a" });
        await store.recordWebhook({ ...delivery, attempt: 2, deliveryId: "b" });

        const { attempts, moments } = await store.readAttempts(query);
        expect(attempts).toMatchObject([
          { number: 1, state: "rejected", token: "one", failure },
          { number: 2, state: "accepted", token: "two", failure: null, endedAt: null },
        ]);
        const start = attempts[1]?.startedAt ?? 0;
        expect(moments).toEqual([
          { type: "webhook", attempt: 2, at: start + 1_000 },
          { type: "webhook", attempt: 2, at: start + 2_000 },
        ]);
        expect(await store.readAttempts({ ownerId: "zoe", id })).toEqual({ attempts: [], moments: [] });
      }),
    );

    it(
      "has the confirmation of the notice, and nothing of a deleted generation",
      withStore(create, async ({ scenario, store, advance }) => {
        const id = await scenario.completed(advance);
        const query = { ownerId: "ada", id };
        const notice = { ownerId: "ada", claim: "tab", limit: 10, forMs: 60_000, leaseMs: 30_000 };
        await store.claimNotices(notice);
        expect((await store.readAttempts(query)).moments).toEqual([]);
        await store.confirmNotices({ ownerId: "ada", claim: "tab", ids: [id] });
        expect((await store.readAttempts(query)).moments).toMatchObject([{ type: "noticed", attempt: null }]);
        await store.remove({ ownerId: "ada", id });
        expect(await store.readAttempts(query)).toEqual({ attempts: [], moments: [] });
      }),
    );
  });
}
