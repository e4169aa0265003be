import { describe, expect, it } from "vitest";
import type { ProviderErrorCode } from "../../../src/lib/generation/provider-failure.js";
import { type CreateStore, type Given, withStore } from "../scenario.js";

/** Claims as a worker whose provider has limits. */
function claimAtGate({ scenario, store }: Given) {
  const limits = [{ key: "fal", concurrency: 1, rate: null }];
  return store.claim({ models: ["demo"], limit: 1, leaseMs: 30_000, token: scenario.token(), limits });
}

/** Makes an attempt of the waiting generation, which fails. Another one is due in a second. */
async function failAttempt(given: Given, code: ProviderErrorCode): Promise<void> {
  const [claim] = await claimAtGate(given);
  if (claim === undefined) throw new Error("A generation was expected.");
  await given.scenario.intent(claim);
  // The message has a code that is not that of the failure.
  const failure = { code, message: 'Response: {"code":"content_blocked"}' };
  await given.scenario.park(claim, { to: "retry_wait", attempt: { state: "rejected", failure }, gate: "fal" });
}

/** Submits a generation whose provider rejects its content, and allows another attempt. */
async function submitBlocked(given: Given): Promise<string> {
  const id = await given.scenario.accepted({ gate: "fal" });
  await failAttempt(given, "content_blocked");
  return id;
}

/** Contract of an owner's cancel. */
export function describeCancel(create: CreateStore): void {
  describe("requestCancel", () => {
    it(
      "cancels a queued generation at once, with a full refund",
      withStore(create, async ({ scenario, store }) => {
        const id = await scenario.accepted();
        const verdict = await store.requestCancel({ ownerId: "ada", id });
        expect(verdict).toMatchObject({
          applied: true,
          generation: { state: "canceled", refundedCredits: 4, version: 2, sequence: 2 },
        });
        const { balance, entries } = await store.listCredits({ accountId: "ada", limit: 1, before: null });
        expect(balance).toBe(100);
        expect(entries[0]).toMatchObject({ kind: "refund", amount: 4, reason: "canceled:withdrawn 100%" });
        expect(await scenario.claim()).toEqual([]);
      }),
    );

    it(
      "wins against a worker that has claimed the generation and not sent a request",
      withStore(create, async ({ scenario, store }) => {
        const id = await scenario.accepted();
        const claim = await scenario.claimOne(id);
        await store.requestCancel({ ownerId: "ada", id });
        expect(await scenario.intent(claim)).toEqual({ type: "lost" });
        expect(await scenario.balance()).toBe(100);
      }),
    );

    it(
      "flags a running generation and makes it due; the worker settles it",
      withStore(create, async ({ scenario, store }) => {
        const { id } = await scenario.running();
        expect(await scenario.claim()).toEqual([]);
        const verdict = await store.requestCancel({ ownerId: "ada", id });
        expect(verdict).toMatchObject({ applied: true, generation: { state: "running", version: 3 } });
        const claim = await scenario.claimOne(id);
        expect(claim.generation.cancelRequestedAt).not.toBeNull();
        expect(await scenario.balance()).toBe(96);
        await scenario.settle(claim, { type: "canceled" });
        expect(await scenario.balance()).toBe(100);
      }),
    );

    it(
      "makes a leased generation due as soon as its worker parks it",
      withStore(create, async ({ scenario, store, advance }) => {
        const { id } = await scenario.running();
        advance(1_000);
        const claim = await scenario.claimOne(id);
        await store.requestCancel({ ownerId: "ada", id });
        expect(await scenario.claim()).toEqual([]);
        await scenario.park(claim, { dueInMs: 60_000 });
        expect((await scenario.claimOne(id)).generation.cancelRequestedAt).not.toBeNull();
      }),
    );

    it(
      "makes a generation due at a closed gate whose worker then parks it for another attempt",
      withStore(create, async (given) => {
        const id = await given.scenario.accepted({ gate: "fal" });
        const [claim] = await claimAtGate(given);
        if (claim === undefined) throw new Error("A generation was expected.");
        await given.scenario.intent(claim);
        await given.store.requestCancel({ ownerId: "ada", id });
        await given.store.closeGate({ key: "fal", forMs: 60_000 });
        await given.scenario.park(claim, { to: "retry_wait", dueInMs: 60_000, gate: "fal" });
        expect(await claimAtGate(given)).toMatchObject([{ generation: { id, cancelRequestedAt: expect.any(Number) } }]);
      }),
    );

    it(
      "flags rejected content that waits for another attempt; it is due at once, out of turn and at a closed gate",
      withStore(create, async (given) => {
        // It was submitted before, and waits for its turn.
        const earlier = await given.scenario.claimOne(await given.scenario.accepted({ credits: 0 }));
        const id = await submitBlocked(given);
        await given.scenario.park(earlier, { dueInMs: 0 });
        await given.store.closeGate({ key: "fal", forMs: 60_000 });
        const verdict = await given.store.requestCancel({ ownerId: "ada", id });
        expect(verdict).toMatchObject({ applied: true, generation: { state: "retry_wait" } });
        given.advance(1);
        const [claim] = await claimAtGate(given);
        expect(claim).toMatchObject({
          generation: { id, cancelRequestedAt: expect.any(Number) },
          attempt: { failure: { code: "content_blocked" } },
        });
        expect(await given.scenario.balance()).toBe(96);
      }),
    );

    it(
      "takes rejected content from a worker that was about to start the next attempt",
      withStore(create, async (given) => {
        const id = await submitBlocked(given);
        given.advance(1_000);
        const [claim] = await claimAtGate(given);
        if (claim === undefined) throw new Error("A generation was expected.");
        await given.store.requestCancel({ ownerId: "ada", id });
        expect(await given.scenario.intent(claim)).toEqual({ type: "lost" });
        expect(await given.scenario.park(claim, { dueInMs: 60_000 })).toEqual({ type: "lost" });
        given.advance(1);
        // The lease was released: it has not expired.
        expect(await claimAtGate(given)).toMatchObject([{ generation: { expiredLeases: 0 } }]);
      }),
    );

    it(
      "cancels a generation at once whose latest attempt failed otherwise",
      withStore(create, async (given) => {
        const other = await submitBlocked(given);
        const id = await given.scenario.accepted({ gate: "fal" });
        await failAttempt(given, "provider_unavailable");
        const verdict = await given.store.requestCancel({ ownerId: "ada", id });
        expect(verdict).toMatchObject({ applied: true, generation: { state: "canceled", refundedCredits: 4 } });
        given.advance(1_000);
        await failAttempt(given, "provider_unavailable");
        const next = await given.store.requestCancel({ ownerId: "ada", id: other });
        expect(next).toMatchObject({ applied: true, generation: { state: "canceled", refundedCredits: 4 } });
      }),
    );

    it(
      "still returns applied for repeated commands of the worker",
      withStore(create, async ({ scenario, store, advance }) => {
        const id = await scenario.accepted();
        const claim = await scenario.claimOne(id);
        const { epoch } = claim.generation;
        const held = { id, epoch, attemptToken: "attempt-1" };
        const intent = {
          ...held,
          token: "intent",
          providerId: "p",
          starts: false,
          expectedInMs: null,
          isEstimated: false,
        };
        expect(await store.recordIntent(intent)).toMatchObject({ type: "applied" });
        await store.requestCancel({ ownerId: "ada", id });
        expect(await store.recordIntent(intent)).toMatchObject({ type: "applied" });

        const operation = { ...held, token: "operation", operation: { job: 1 }, dueInMs: 60_000 };
        expect(await store.recordOperation(operation)).toMatchObject({ type: "applied" });
        expect(await store.recordOperation(operation)).toMatchObject({ type: "applied" });
        expect(await store.nextDueInMs({ models: ["demo"], topics: [] })).toBe(0);
        advance(1);
        expect((await scenario.claimOne(id)).generation.cancelRequestedAt).not.toBeNull();
      }),
    );

    it(
      "is not delayed by a repeated park",
      withStore(create, async ({ scenario, store, advance }) => {
        const { id } = await scenario.running();
        advance(1_000);
        const { generation } = await scenario.claimOne(id);
        const park = {
          id,
          epoch: generation.epoch,
          token: "park",
          to: "running",
          dueInMs: 60_000,
          isNoop: false,
          progress: null,
          attempt: null,
        } as const;
        await store.park(park);
        await store.requestCancel({ ownerId: "ada", id });
        expect(await store.park(park)).toMatchObject({ type: "applied" });
        expect(await store.nextDueInMs({ models: ["demo"], topics: [] })).toBe(0);
      }),
    );

    it(
      "changes nothing when it is repeated",
      withStore(create, async ({ scenario, store }) => {
        const { id } = await scenario.running();
        const first = await store.requestCancel({ ownerId: "ada", id });
        const second = await store.requestCancel({ ownerId: "ada", id });
        expect(second).toEqual({ ...first, applied: false });
      }),
    );

    it(
      "is refused for another owner",
      withStore(create, async ({ scenario, store }) => {
        const queued = await scenario.accepted();
        const { id: running } = await scenario.running();
        for (const id of [queued, running, scenario.id()]) {
          expect(await store.requestCancel({ ownerId: "bob", id })).toBeNull();
        }
        expect(await store.get({ ownerId: "ada", id: queued })).toMatchObject({ version: 1 });
        expect(await store.get({ ownerId: "ada", id: running })).toMatchObject({ cancelRequestedAt: null });
      }),
    );
  });
}
