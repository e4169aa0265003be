import { describe, expect, it } from "vitest";
import { type CreateStore, output, withStore } from "../scenario.js";

const progress = { value: 0.5, source: "provider", queuePosition: null, preview: null } as const;

/** Contract of the writes of a worker that holds the lease. */
export function describeAdvance(create: CreateStore): void {
  describe("recordIntent", () => {
    it(
      "creates the attempt before the paid request, without a change that the owner can see",
      withStore(create, async ({ scenario, store }) => {
        const id = await scenario.accepted();
        const claim = await scenario.claimOne(id);
        expect(await scenario.intent(claim, "attempt-1")).toEqual({ type: "applied", ownerId: "ada" });
        const seen = await store.get({ ownerId: "ada", id });
        expect(seen).toMatchObject({ state: "submitting", attempts: 1, version: 1, startedAt: null });
      }),
    );

    it(
      "sets the start time for a blocking provider",
      withStore(create, async ({ scenario, store }) => {
        const id = await scenario.accepted();
        const claim = await scenario.claimOne(id);
        await scenario.intent(claim, "attempt-1", true);
        expect(await store.get({ ownerId: "ada", id })).toMatchObject({ version: 2, startedAt: claim.now });
      }),
    );

    it(
      "is applied once when it is repeated",
      withStore(create, async ({ scenario, store }) => {
        const id = await scenario.accepted();
        const { generation } = await scenario.claimOne(id);
        const command = {
          id,
          epoch: generation.epoch,
          token: "same",
          attemptToken: "attempt-1",
          providerId: "p",
          starts: true,
          expectedInMs: 5_000,
          isEstimated: true,
        };
        expect(await store.recordIntent(command)).toMatchObject({ type: "applied" });
        expect(await store.recordIntent(command)).toMatchObject({ type: "applied" });
        expect(await store.get({ ownerId: "ada", id })).toMatchObject({ attempts: 1, version: 2 });
      }),
    );

    it(
      "is refused after the maximum number of attempts",
      withStore(create, async ({ scenario, advance }) => {
        const { id } = await scenario.running({ maxAttempts: 1 });
        advance(1_000);
        await scenario.park(await scenario.claimOne(id), { to: "retry_wait", dueInMs: 0 });
        expect(await scenario.intent(await scenario.claimOne(id))).toEqual({ type: "lost" });
      }),
    );

    it(
      "is refused after a requested cancel, even if the attempt failed after the request",
      withStore(create, async ({ scenario, store, advance }) => {
        const { id } = await scenario.running();
        advance(1_000);
        const claim = await scenario.claimOne(id);
        await store.requestCancel({ ownerId: "ada", id });
        await scenario.park(claim, { to: "retry_wait", dueInMs: 0 });
        expect(await scenario.intent(await scenario.claimOne(id))).toEqual({ type: "lost" });
      }),
    );

    it(
      "changes no other generation",
      withStore(create, async ({ scenario, store }) => {
        const id = await scenario.accepted();
        const other = await scenario.accepted();
        const [claim, otherClaim] = await scenario.claim();
        if (claim === undefined || otherClaim === undefined) throw new Error("Nothing could be claimed");
        expect(claim.generation.id).toBe(id);
        await scenario.intent(claim, "attempt-1");
        expect(await store.get({ ownerId: "ada", id: other })).toMatchObject({ state: "queued", attempts: 0 });
        await scenario.intent(otherClaim, "attempt-2");
        await scenario.operation(claim, "attempt-1");
        expect(await store.get({ ownerId: "ada", id: other })).toMatchObject({ state: "submitting" });
      }),
    );
  });

  describe("recordOperation", () => {
    it(
      "stores the operation, sets the start time and releases the lease",
      withStore(create, async ({ scenario, store, advance }) => {
        const { id } = await scenario.running();
        expect(await store.get({ ownerId: "ada", id })).toMatchObject({ state: "running", version: 2 });
        expect(await scenario.claim()).toEqual([]);
        advance(1_000);
        const claim = await scenario.claimOne(id);
        expect(claim.attempt).toMatchObject({ state: "accepted", operation: { job: 1 } });
        expect(claim.generation.startedAt).not.toBeNull();
      }),
    );

    it(
      "is applied late by the attempt's token while the outcome is unknown, and ends the lease of the reconciling worker",
      withStore(create, async ({ scenario, advance }) => {
        const id = await scenario.accepted();
        const slow = await scenario.claimOne(id);
        await scenario.intent(slow, "attempt-1");
        advance(30_000);
        const reconciling = await scenario.claimOne(id);
        expect(await scenario.operation(slow, "another-token")).toEqual({ type: "lost" });
        expect(await scenario.operation(slow, "attempt-1")).toMatchObject({ type: "applied" });
        expect(await scenario.settle(reconciling, { type: "failed", code: "outcome_unknown" })).toEqual({
          type: "lost",
        });
      }),
    );

    it(
      "changes nothing that the owner can see after the end",
      withStore(create, async ({ scenario, store, advance }) => {
        const id = await scenario.accepted();
        const slow = await scenario.claimOne(id);
        await scenario.intent(slow, "attempt-1");
        advance(30_000);
        await scenario.settle(await scenario.claimOne(id), { type: "failed", code: "outcome_unknown" });
        const before = await store.get({ ownerId: "ada", id });
        expect(await scenario.operation(slow, "attempt-1")).toEqual({ type: "lost" });
        expect(await store.get({ ownerId: "ada", id })).toEqual(before);
      }),
    );
  });

  describe("recordResult", () => {
    it(
      "stores the outputs for the next claim",
      withStore(create, async ({ scenario, advance }) => {
        const id = await scenario.accepted();
        const claim = await scenario.claimOne(id);
        await scenario.intent(claim, "attempt-1", true);
        expect(await scenario.result(claim, "attempt-1", [output()])).toMatchObject({ type: "applied" });
        advance(30_000);
        const next = await scenario.claimOne(id);
        expect(next.generation.state).toBe("storing");
        expect(next.attempt?.outputs).toEqual([output()]);
      }),
    );

    it(
      "stores outputs after it was first recorded without them, beyond the deadline while the lease is renewed",
      withStore(create, async ({ scenario, store, advance }) => {
        const id = await scenario.accepted({ deadlineMs: 10_000 });
        const claim = await scenario.claimOne(id);
        await scenario.intent(claim, "attempt-1", true);
        advance(9_000);
        await scenario.result(claim, "attempt-1", null);
        expect(await store.renew({ id, epoch: claim.generation.epoch, leaseMs: 30_000 })).toBe(true);
        advance(20_000);
        expect(await scenario.claim()).toEqual([]);
        expect(await scenario.result(claim, "attempt-1", [output()])).toMatchObject({ type: "applied" });
        advance(30_000);
        expect((await scenario.claimOne(id)).attempt?.outputs).toEqual([output()]);
      }),
    );

    it(
      "is applied late by the attempt's token with outputs, and not without them",
      withStore(create, async ({ scenario, advance }) => {
        const id = await scenario.accepted();
        const slow = await scenario.claimOne(id);
        await scenario.intent(slow, "attempt-1", true);
        advance(30_000);
        await scenario.claimOne(id);
        expect(await scenario.result(slow, "attempt-1", null)).toEqual({ type: "lost" });
        expect(await scenario.result(slow, "another-token", [output()])).toEqual({ type: "lost" });
        expect(await scenario.result(slow, "attempt-1", [output()])).toMatchObject({ type: "applied" });
        expect((await scenario.claimOne(id)).attempt?.outputs).toEqual([output()]);
      }),
    );
  });

  describe("park", () => {
    it(
      "releases the lease until the due time",
      withStore(create, async ({ scenario, store, advance }) => {
        const { id } = await scenario.running();
        advance(1_000);
        await scenario.park(await scenario.claimOne(id), { dueInMs: 2_500 });
        expect(await store.nextDueInMs({ models: ["demo"], topics: [] })).toBe(2_500);
        advance(2_500);
        expect((await scenario.claimOne(id)).generation).toMatchObject({ expiredLeases: 0, version: 2 });
      }),
    );

    it(
      "changes no other generation",
      withStore(create, async ({ scenario, store, advance }) => {
        const { id } = await scenario.running();
        const { id: other } = await scenario.running();
        advance(1_000);
        const claim = (await scenario.claim()).find(({ generation }) => generation.id === id);
        if (claim === undefined) throw new Error("Nothing could be claimed");
        await scenario.park(claim, { progress });
        expect(await store.get({ ownerId: "ada", id: other })).toMatchObject({ progress: null, version: 2 });
        await scenario.park(claim, { to: "retry_wait" });
        expect(await store.get({ ownerId: "ada", id: other })).toMatchObject({ state: "running" });
      }),
    );

    it(
      "is due no later than the deadline",
      withStore(create, async ({ scenario, store, advance }) => {
        const { id } = await scenario.running({ deadlineMs: 5_000 });
        advance(1_000);
        await scenario.park(await scenario.claimOne(id), { dueInMs: 60_000 });
        expect(await store.nextDueInMs({ models: ["demo"], topics: [] })).toBe(4_000);
      }),
    );

    it(
      "shows progress, which never decreases",
      withStore(create, async ({ scenario, store, advance }) => {
        const { id } = await scenario.running();
        const preview = { storageKey: "prefix/preview-1", contentType: "image/png" };
        for (const value of [0.5, 0.25]) {
          advance(1_000);
          await scenario.park(await scenario.claimOne(id), { progress: { ...progress, value, preview } });
        }
        const seen = await store.get({ ownerId: "ada", id });
        expect(seen).toMatchObject({ progress: 0.5, progressSource: "provider", preview, version: 4, sequence: 4 });
        expect(await store.getPreview({ id })).toEqual(preview);
      }),
    );

    it(
      "is applied once when it is repeated",
      withStore(create, async ({ scenario, store, advance }) => {
        const { id } = await scenario.running();
        advance(1_000);
        const { generation } = await scenario.claimOne(id);
        const command = {
          id,
          epoch: generation.epoch,
          token: "same",
          to: "running",
          dueInMs: 0,
          isNoop: false,
          progress,
          attempt: null,
        } as const;
        expect(await store.park(command)).toMatchObject({ type: "applied" });
        expect(await store.park(command)).toMatchObject({ type: "applied" });
        expect(await store.get({ ownerId: "ada", id })).toMatchObject({ version: 3, sequence: 3 });
      }),
    );

    it(
      "allows only the transitions of the state machine",
      withStore(create, async ({ scenario, advance }) => {
        const { id } = await scenario.running();
        advance(1_000);
        const claim = await scenario.claimOne(id);
        expect(await scenario.park(claim, { to: "queued" })).toEqual({ type: "lost" });
        expect(await scenario.park(claim, { to: "storing" })).toEqual({ type: "lost" });
        expect(await scenario.park(claim, { to: "reconciling" })).toEqual({ type: "lost" });
      }),
    );

    it(
      "may keep the state while an attempt is awaited or outputs are stored",
      withStore(create, async ({ scenario, advance }) => {
        const storing = await scenario.storing(advance);
        expect(await scenario.park(storing, { to: "storing" })).toMatchObject({ type: "applied" });
        const { id } = await scenario.running();
        advance(1_000);
        await scenario.park(await scenario.claimOne(id), { to: "retry_wait" });
        advance(1_000);
        expect(await scenario.park(await scenario.claimOne(id))).toMatchObject({ type: "applied" });
      }),
    );

    it(
      "stores the state and the failure of the attempt",
      withStore(create, async ({ scenario }) => {
        const id = await scenario.accepted();
        const claim = await scenario.claimOne(id);
        await scenario.intent(claim, "attempt-1");
        const failure = { code: "rate_limited", message: "slow down", retryAfterMs: 2_000 } as const;
        await scenario.park(claim, { to: "retry_wait", dueInMs: 0, attempt: { state: "rejected", failure } });
        expect((await scenario.claimOne(id)).attempt).toMatchObject({ state: "rejected", failure });
      }),
    );
  });
}
