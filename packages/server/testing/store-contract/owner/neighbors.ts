import { describe, expect, it } from "vitest";
import type { Store } from "../../../src/lib/ports/store/store.js";
import { type CreateStore, output, withStore } from "../scenario.js";

const rejected = { state: "rejected", failure: null } as const;
const unknown = { state: "unknown", failure: null } as const;
const preview = { storageKey: "prefix/preview", contentType: "image/png" };
const progress = { value: 0.5, source: "provider", queuePosition: null, preview } as const;

const topics = ["delete_objects", "delete_prefix", "cancel_job"] as const;

/** Claims and confirms all items of the outbox. */
async function drainOutbox(store: Store) {
  const items = await store.claimOutbox({ models: ["demo"], topics, limit: 100, leaseMs: 1_000 });
  for (const { id } of items) await store.confirmOutbox({ id });
  return items;
}

/** Contract of isolation: a command changes no other generation, no earlier attempt and no later lease. */
export function describeNeighbors(create: CreateStore): void {
  describe("a command", () => {
    it(
      "assigns no new sequence to an unchanged generation",
      withStore(create, async ({ scenario, store, advance }) => {
        const { id } = await scenario.running();
        const before = await store.get({ ownerId: "ada", id });
        await scenario.accepted();
        advance(1_000);
        await scenario.park(await scenario.claimOne(id));
        expect((await store.get({ ownerId: "ada", id }))?.sequence).toBe(before?.sequence);
      }),
    );

    it(
      "ends no attempt of another generation, and none for a worker without the lease",
      withStore(create, async ({ scenario, advance }) => {
        const one = await scenario.running();
        const other = await scenario.running();
        advance(1_000);
        const claims = await scenario.claim();
        const claimOf = (id: string) => {
          const claim = claims.find(({ generation }) => generation.id === id);
          if (claim === undefined) throw new Error(`${id} could not be claimed`);
          return claim;
        };
        await scenario.park(claimOf(one.id), { to: "retry_wait", attempt: { state: "failed", failure: null } });
        advance(30_000);
        expect((await scenario.claimOne(other.id)).attempt?.state).toBe("accepted");
        const stale = claimOf(other.id);
        expect(await scenario.park(stale, { to: "retry_wait", attempt: rejected })).toEqual({ type: "lost" });
        advance(30_000);
        expect((await scenario.claimOne(other.id)).attempt?.state).toBe("accepted");
      }),
    );

    it(
      "changes no earlier attempt",
      withStore(create, async ({ scenario, store, advance }) => {
        const id = await scenario.accepted();
        const first = await scenario.claimOne(id);
        await scenario.intent(first, "first");
        await scenario.park(
          { ...first, generation: { ...first.generation, state: "submitting" } },
          { attempt: rejected },
        );
        advance(1_000);
        const second = await scenario.claimOne(id);
        await scenario.intent(second, "second");
        advance(500);
        await scenario.park(second, { to: "reconciling", attempt: unknown });
        advance(1_000);
        const claims = await scenario.claim();
        const unknownAt = second.now + 500;
        expect(claims.map(({ attempt }) => attempt)).toMatchObject([
          { number: 2, token: "second", state: "unknown", unknownAt },
        ]);
        const [third] = claims;
        if (third === undefined) throw new Error("The generation could not be claimed");
        await scenario.settle(third, { type: "failed", code: "outcome_unknown" });
        const jobs = (await drainOutbox(store)).filter(({ topic }) => topic === "cancel_job");
        expect(jobs).toMatchObject([{ job: { token: "second" } }]);
      }),
    );

    it(
      "applies no late write with the token of an earlier attempt or of another generation",
      withStore(create, async ({ scenario, advance }) => {
        const id = await scenario.accepted();
        const first = await scenario.claimOne(id);
        await scenario.intent(first, "first");
        advance(30_000);
        const second = await scenario.claimOne(id);
        const neighbor = await scenario.accepted();
        await scenario.intent(await scenario.claimOne(neighbor), "foreign");
        expect(await scenario.operation(first, "foreign")).toEqual({ type: "lost" });

        await scenario.park(second, { to: "retry_wait", attempt: rejected });
        advance(1_000);
        await scenario.intent(await scenario.claimOne(id), "second");
        advance(30_000);
        await scenario.claimOne(id);
        expect(await scenario.operation(first, "first")).toEqual({ type: "lost" });
        expect(await scenario.result(first, "first", [output()])).toEqual({ type: "lost" });
        expect(await scenario.operation(first, "second")).toMatchObject({ type: "applied" });
        advance(1_000);
        expect((await scenario.claimOne(id)).attempt).toMatchObject({ state: "accepted", outputs: null });
      }),
    );

    it(
      "applies a late result only while the outcome is unknown, and deletes no stored objects",
      withStore(create, async ({ scenario, store, advance }) => {
        const { id: failed } = await scenario.running({ storagePrefix: "failed" });
        advance(1_000);
        await scenario.settle(await scenario.claimOne(failed), { type: "failed", code: "internal" });
        await drainOutbox(store);

        const id = await scenario.accepted();
        const late = await scenario.claimOne(id);
        await scenario.intent(late, "token");
        advance(30_000);
        await scenario.operation(await scenario.claimOne(id), "token");
        expect(await scenario.result(late, "token", [output()])).toEqual({ type: "lost" });
        expect(await drainOutbox(store)).toEqual([]);
      }),
    );

    it(
      "creates no attempt and no job when the intent is refused",
      withStore(create, async ({ scenario, store, advance }) => {
        const claim = await scenario.claimOne(await scenario.accepted({ deadlineMs: 5_000 }));
        advance(5_000);
        expect(await scenario.intent(claim)).toEqual({ type: "lost" });
        const [overdue] = await scenario.claim();
        expect(overdue?.attempt).toBeNull();
        if (overdue !== undefined) await scenario.settle(overdue, { type: "failed", code: "deadline_exceeded" });
        expect(await drainOutbox(store)).toEqual([]);
      }),
    );

    it(
      "applies no result without an intent",
      withStore(create, async ({ scenario }) => {
        const id = await scenario.accepted();
        expect(await scenario.result(await scenario.claimOne(id), "none")).toEqual({ type: "lost" });
      }),
    );

    it(
      "keeps the first operation of an attempt",
      withStore(create, async ({ scenario, store, advance }) => {
        const id = await scenario.accepted();
        const claim = await scenario.claimOne(id);
        await scenario.intent(claim, "token");
        await scenario.operation(claim, "token");
        const { epoch } = claim.generation;
        const again = { id, epoch, token: scenario.token(), attemptToken: "token", operation: { job: 2 }, dueInMs: 1 };
        expect(await store.recordOperation(again)).toEqual({ type: "lost" });
        advance(1_000);
        expect((await scenario.claimOne(id)).attempt?.operation).toEqual({ job: 1 });
      }),
    );

    it(
      "shows the start of a blocking provider once",
      withStore(create, async ({ scenario, store, advance }) => {
        const id = await scenario.accepted();
        const first = await scenario.claimOne(id);
        await scenario.intent(first, "first", true);
        const { version } = (await store.get({ ownerId: "ada", id })) ?? {};
        await scenario.park(
          { ...first, generation: { ...first.generation, state: "submitting" } },
          { attempt: rejected },
        );
        advance(1_000);
        await scenario.intent(await scenario.claimOne(id), "second", true);
        expect((await store.get({ ownerId: "ada", id }))?.version).toBe(version);
      }),
    );

    it(
      "marks only the attempt with the expired lease as unknown, from its next claim on",
      withStore(create, async ({ scenario, advance }) => {
        const early = await scenario.accepted();
        await scenario.intent(await scenario.claimOne(early), "early");
        advance(20_000);
        const later = await scenario.accepted();
        await scenario.intent(await scenario.claimOne(later), "later");
        advance(10_000);
        const first = await scenario.claimOne(early);
        expect(first.attempt?.unknownAt).toBe(first.now);
        advance(20_000);
        const second = await scenario.claimOne(later);
        expect(second.attempt?.unknownAt).toBe(second.now);
        advance(10_000);
        expect((await scenario.claimOne(early)).attempt?.unknownAt).toBe(first.now);
      }),
    );

    it(
      "renews only the caller's lease, and no released lease",
      withStore(create, async ({ scenario, store, advance }) => {
        const ids = [await scenario.accepted(), await scenario.accepted()];
        const [one, other] = await scenario.claim();
        if (one === undefined || other === undefined) throw new Error(`${ids} could not be claimed`);
        const renew = ({ generation: { id, epoch } }: typeof one) => store.renew({ id, epoch, leaseMs: 90_000 });
        advance(10_000);
        expect(await renew(one)).toBe(true);
        advance(20_000);
        const [reclaimed] = await scenario.claim();
        expect(reclaimed?.generation.id).toBe(other.generation.id);
        expect(await renew(other)).toBe(false);
        await scenario.park(one);
        expect(await renew(one)).toBe(false);
        advance(1_000);
        expect((await scenario.claim()).map(({ generation }) => generation.id)).toEqual([one.generation.id]);
        advance(29_000);
        expect((await scenario.claim()).map(({ generation }) => generation.id)).toEqual([other.generation.id]);
      }),
    );

    it(
      "keeps the preview and the job when a cancel is only requested",
      withStore(create, async ({ scenario, store, advance }) => {
        const { id } = await scenario.running();
        advance(1_000);
        await scenario.park(await scenario.claimOne(id), { progress });
        await store.requestCancel({ ownerId: "ada", id });
        expect(await store.getPreview({ id })).toEqual(preview);
        expect(await drainOutbox(store)).toEqual([]);
      }),
    );

    it(
      "adds no cancel of a failed job whose webhook came before its operation",
      withStore(create, async ({ scenario, store, advance }) => {
        const generationId = await scenario.accepted();
        const claim = await scenario.claimOne(generationId);
        await scenario.intent(claim, "token");
        await store.recordWebhook({ generationId, attempt: 1, deliveryId: "delivery", operationHint: { job: 1 } });
        await scenario.operation(claim, "token");
        advance(1_000);
        const failed = { to: "retry_wait", attempt: { state: "failed", failure: null } } as const;
        await scenario.park(await scenario.claimOne(generationId), failed);
        await store.requestCancel({ ownerId: "ada", id: generationId });
        expect((await drainOutbox(store)).map(({ topic }) => topic)).toEqual(["delete_prefix"]);
      }),
    );

    it(
      "adds each item to the outbox once when commands are repeated",
      withStore(create, async ({ scenario, store, advance }) => {
        const { id } = await scenario.running({ storagePrefix: "mine" });
        advance(1_000);
        await scenario.park(await scenario.claimOne(id), { progress });
        advance(1_000);
        const claim = await scenario.claimOne(id);
        const settle = {
          id,
          epoch: claim.generation.epoch,
          token: scenario.token(),
          outcome: { type: "failed", code: "internal" },
          refund: { credits: 4, reason: "failed:internal 100%" },
          attempt: { state: "failed", failure: null },
        } as const;
        await store.settle(settle);
        await store.settle(settle);
        await scenario.settle(claim, { type: "canceled" });
        await scenario.park(claim);
        expect((await drainOutbox(store)).map(({ id: _, ...item }) => item)).toEqual([
          { topic: "delete_prefix", prefix: "mine" },
        ]);
      }),
    );

    it(
      "deletes no preview of another generation when it adds one",
      withStore(create, async ({ scenario, store, advance }) => {
        const ended = await scenario.running({ storagePrefix: "ended" });
        advance(1_000);
        await scenario.settle(await scenario.claimOne(ended.id), { type: "failed", code: "internal" });
        await drainOutbox(store);
        const { id } = await scenario.running();
        advance(1_000);
        await scenario.park(await scenario.claimOne(id), { progress });
        expect(await drainOutbox(store)).toEqual([]);
      }),
    );
  });
}
