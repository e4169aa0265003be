import type { Json } from "@safelight/client/contract";
import { describe, expect, it } from "vitest";
import type { Store } from "../../../src/lib/ports/store/store.js";
import type { RecordWebhookCommand } from "../../../src/lib/ports/store/webhook-store.js";
import { type CreateStore, output, refundOf, type Scenario, withStore } from "../scenario.js";

const dayMs = 86_400_000;

/** Contract of the providers' webhooks. A webhook is a hint: it makes a generation due, and is never a result. */
export function describeWebhooks(create: CreateStore): void {
  const record = (store: Store, generationId: string, change: Partial<RecordWebhookCommand> = {}) =>
    store.recordWebhook({ generationId, attempt: 1, deliveryId: "delivery-1", operationHint: null, ...change });
  const hintOf = async (store: Store, generationId: string, attempt = 1): Promise<Json | undefined> =>
    (await store.findAttempt({ generationId, attempt }))?.attempt.operationHint;
  const jobs = async (store: Store) => {
    const items = await store.claimOutbox({ models: ["demo"], topics: ["cancel_job"], limit: 10, leaseMs: 1_000 });
    return items.map((item) => item.topic === "cancel_job" && item.job);
  };
  /** A job that only a webhook has hinted. The worker checks that it belongs to the attempt before it cancels it. */
  const hinted = (job: Json) => ({ operation: null, operationHint: job });
  /** A generation whose response to the paid request was lost. The next lookup is due in a minute. */
  const reconciling = async (scenario: Scenario): Promise<string> => {
    const claim = await scenario.claimOne(await scenario.accepted());
    await scenario.intent(claim);
    const attempt = { state: "unknown", failure: null } as const;
    await scenario.park(claim, { to: "reconciling", dueInMs: 60_000, attempt });
    return claim.generation.id;
  };
  /** A generation whose first attempt was refused. The next attempt is due in a minute. */
  const waiting = async (scenario: Scenario): Promise<string> => {
    const claim = await scenario.claimOne(await scenario.accepted());
    await scenario.intent(claim);
    const attempt = { state: "rejected", failure: null } as const;
    await scenario.park(claim, { to: "retry_wait", dueInMs: 60_000, attempt });
    return claim.generation.id;
  };

  describe("findAttempt", () => {
    it(
      "finds an attempt by its number, also of an ended generation",
      withStore(create, async ({ scenario, store, advance }) => {
        const id = await scenario.completed(advance);
        const found = await store.findAttempt({ generationId: id, attempt: 1 });
        expect(found).toMatchObject({ model: "demo", attempt: { number: 1, providerId: "p", operation: { job: 1 } } });
        expect(await store.findAttempt({ generationId: id, attempt: 2 })).toBeNull();
        expect(await store.findAttempt({ generationId: scenario.id(), attempt: 1 })).toBeNull();
      }),
    );
  });

  describe("recordWebhook", () => {
    it(
      "makes a running generation due, without a change that the owner can see",
      withStore(create, async ({ scenario, store }) => {
        const { id } = await scenario.running();
        await scenario.running();
        const before = await store.get({ ownerId: "ada", id });
        expect(await record(store, id)).toBe("recorded");
        expect(await store.get({ ownerId: "ada", id })).toEqual({ ...before, dueAt: 1_800_000_000_000 });
        const claims = await scenario.claim();
        expect(claims.map(({ generation }) => generation.id)).toEqual([id]);
      }),
    );

    it(
      "never delays a due generation",
      withStore(create, async ({ scenario, store, advance }) => {
        const { id: first } = await scenario.running();
        advance(1);
        await scenario.running();
        advance(5_000);
        await record(store, first);
        const [claim] = await scenario.claim(1);
        expect(claim?.generation.id).toBe(first);
      }),
    );

    it(
      "makes a leased generation due as soon as its worker parks it",
      withStore(create, async ({ scenario, store, advance }) => {
        const { id } = await scenario.running();
        advance(1_000);
        const claim = await scenario.claimOne(id);
        await record(store, id);
        expect(await scenario.claim()).toEqual([]);
        await scenario.park(claim, { dueInMs: 60_000 });
        await scenario.claimOne(id);
      }),
    );

    it(
      "makes a submitting generation due as soon as its operation is recorded",
      withStore(create, async ({ scenario, store }) => {
        const claim = await scenario.claimOne(await scenario.accepted());
        const { id } = claim.generation;
        const attemptToken = scenario.token();
        await scenario.intent(claim, attemptToken);
        expect(await record(store, id, { operationHint: { job: "early" } })).toBe("recorded");
        await scenario.operation(claim, attemptToken, 60_000);
        expect((await scenario.claimOne(id)).attempt).toMatchObject({ operation: { job: 1 } });
      }),
    );

    it(
      "stores the first hint for a job whose response was lost",
      withStore(create, async ({ scenario, store }) => {
        const id = await reconciling(scenario);
        const other = await reconciling(scenario);
        expect(await record(store, id, { operationHint: { job: "first" } })).toBe("recorded");
        expect(await record(store, id, { deliveryId: "delivery-2", operationHint: { job: "second" } })).toBe(
          "recorded",
        );
        expect((await scenario.claimOne(id)).attempt).toMatchObject({
          operation: null,
          operationHint: { job: "first" },
        });
        expect(await hintOf(store, other)).toBeNull();
      }),
    );

    it(
      "stores no hint when the operation is known",
      withStore(create, async ({ scenario, store }) => {
        const { id } = await scenario.running();
        await record(store, id, { operationHint: { job: 2 } });
        expect(await hintOf(store, id)).toBeNull();
      }),
    );

    it(
      "ignores a repeated delivery, even with a hint",
      withStore(create, async ({ scenario, store }) => {
        const id = await reconciling(scenario);
        expect(await record(store, id)).toBe("recorded");
        await scenario.park(await scenario.claimOne(id), { dueInMs: 60_000 });
        expect(await record(store, id, { operationHint: { job: 1 } })).toBe("duplicate");
        expect(await hintOf(store, id)).toBeNull();
        expect(await scenario.claim()).toEqual([]);
      }),
    );

    it(
      "accepts an equal delivery id for another generation",
      withStore(create, async ({ scenario, store }) => {
        const id = await reconciling(scenario);
        const other = await reconciling(scenario);
        expect(await record(store, id)).toBe("recorded");
        expect(await record(store, other)).toBe("recorded");
      }),
    );

    it(
      "does not make the next attempt due, and adds the cancel of the old job once",
      withStore(create, async ({ scenario, store }) => {
        const id = await waiting(scenario);
        await waiting(scenario);
        expect(await record(store, id, { operationHint: { job: 1 } })).toBe("unmatched");
        expect(await scenario.claim()).toEqual([]);
        expect(await jobs(store)).toMatchObject([hinted({ job: 1 })]);
        expect(await record(store, id, { deliveryId: "delivery-2", operationHint: { job: 1 } })).toBe("unmatched");
        expect(await jobs(store)).toEqual([]);
      }),
    );

    it(
      "makes nothing due for an earlier attempt, and adds the cancel of its job",
      withStore(create, async ({ scenario, store, advance }) => {
        const id = await waiting(scenario);
        advance(60_000);
        const claim = await scenario.claimOne(id);
        const attemptToken = scenario.token();
        await scenario.intent(claim, attemptToken);
        await scenario.operation(claim, attemptToken);
        expect(await record(store, id, { operationHint: { job: "old" } })).toBe("unmatched");
        expect(await scenario.claim()).toEqual([]);
        expect(await hintOf(store, id, 2)).toBeNull();
        expect(await jobs(store)).toMatchObject([hinted({ job: "old" })]);
      }),
    );

    it(
      "after the end, only adds the cancel of an unknown job, once",
      withStore(create, async ({ scenario, store, advance }) => {
        const id = await reconciling(scenario);
        advance(60_000);
        await scenario.settle(await scenario.claimOne(id), { type: "failed", code: "outcome_unknown" });
        await jobs(store);
        const before = await store.get({ ownerId: "ada", id });
        expect(await record(store, id)).toBe("unmatched");
        expect(await record(store, id, { operationHint: { job: 1 } })).toBe("duplicate");
        expect(await jobs(store)).toEqual([]);
        expect(await record(store, id, { deliveryId: "delivery-2", operationHint: { job: 1 } })).toBe("unmatched");
        expect(await record(store, id, { deliveryId: "delivery-3", operationHint: { job: 1 } })).toBe("unmatched");
        expect(await jobs(store)).toMatchObject([hinted({ job: 1 })]);
        expect(await store.get({ ownerId: "ada", id })).toEqual(before);
        expect(await store.nextDueInMs({ models: ["demo"], topics: [] })).toBeNull();
      }),
    );

    it(
      "adds no cancel of a job with a recorded result, and no second cancel of a known job",
      withStore(create, async ({ scenario, store, advance }) => {
        const claim = await scenario.claimOne(await scenario.accepted());
        const attemptToken = scenario.token();
        await scenario.intent(claim, attemptToken, true);
        await scenario.result(claim, attemptToken, [output()]);
        await scenario.settle(claim, { type: "completed", outputs: [output()] });
        expect(await record(store, claim.generation.id, { operationHint: { job: 1 } })).toBe("unmatched");

        const hintedClaim = await scenario.claimOne(await scenario.accepted());
        const hintedToken = scenario.token();
        await scenario.intent(hintedClaim, hintedToken, true);
        expect(await record(store, hintedClaim.generation.id, { operationHint: { job: 1 } })).toBe("recorded");
        await scenario.result(hintedClaim, hintedToken, [output()]);
        await scenario.settle(hintedClaim, { type: "completed", outputs: [output()] });
        expect(await jobs(store)).toEqual([]);

        const { id } = await scenario.running();
        advance(1_000);
        await scenario.settle(await scenario.claimOne(id), { type: "canceled" });
        expect(await jobs(store)).toMatchObject([{ operation: { job: 1 }, operationHint: null }]);
        await record(store, id, { operationHint: { job: 1 } });
        expect(await jobs(store)).toEqual([]);
      }),
    );

    it(
      "adds the cancel of a job whose hint arrived during the lease that failed the generation",
      withStore(create, async ({ scenario, store, advance }) => {
        const id = await reconciling(scenario);
        advance(60_000);
        const claim = await scenario.claimOne(id);
        expect(await record(store, id, { operationHint: { job: 1 } })).toBe("recorded");
        const { epoch } = claim.generation;
        const attempt = { state: "failed", failure: null } as const;
        const outcome = { type: "failed", code: "outcome_unknown" } as const;
        const refund = refundOf(claim.generation, outcome);
        await store.settle({ id, epoch, token: scenario.token(), outcome, refund, attempt });
        expect(await jobs(store)).toMatchObject([hinted({ job: 1 })]);
      }),
    );

    it(
      "returns unmatched for an unknown attempt",
      withStore(create, async ({ scenario, store }) => {
        const id = await scenario.accepted();
        for (const command of [{}, { attempt: 2 }, { generationId: scenario.id() }]) {
          expect(await record(store, id, { operationHint: { job: 1 }, ...command })).toBe("unmatched");
        }
        const { id: running } = await scenario.running();
        expect(await record(store, running, { attempt: 2 })).toBe("unmatched");
        expect(await record(store, running)).toBe("recorded");
      }),
    );

    it(
      "deletes deliveries after a day, a few with each new one",
      withStore(create, async ({ scenario, store, advance }) => {
        const { id } = await scenario.running({ deadlineMs: 10 * dayMs });
        const old = Array.from({ length: 20 }, (_, index) => `old-${index}`);
        for (const deliveryId of old) await record(store, id, { deliveryId });
        advance(dayMs - 1);
        await record(store, id, { deliveryId: "next" });
        expect(await record(store, id, { deliveryId: "old-0" })).toBe("duplicate");
        advance(1);
        // A repeated delivery deletes none.
        expect(await record(store, id, { deliveryId: "next" })).toBe("duplicate");
        expect(await record(store, id, { deliveryId: "old-0" })).toBe("duplicate");
        await record(store, id, { deliveryId: "another" });
        expect(await record(store, id, { deliveryId: "old-19" })).toBe("duplicate");
        expect(await record(store, id, { deliveryId: "next" })).toBe("duplicate");
        expect(await record(store, id, { deliveryId: "old-0" })).toBe("recorded");
      }),
    );
  });
}
