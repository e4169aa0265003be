import { describe, expect, it } from "vitest";
import { maxLeaseMs } from "../../../src/lib/ports/store/due-limits.js";
import { type CreateStore, withStore } from "../scenario.js";

const start = 1_800_000_000_000;
const hourMs = 3_600_000;

/** Contract of the earliest start of a generation, and of its expiry before the first attempt. */
export function describeStartTimes(create: CreateStore): void {
  describe("a generation with an earliest start", () => {
    it(
      "is due from then on, and its deadline counts from then",
      withStore(create, async ({ scenario, store, advance }) => {
        const id = await scenario.accepted({ notBefore: start + hourMs });
        const models = ["demo"];
        expect(await scenario.claim()).toEqual([]);
        expect(await scenario.claimOnly(id)).toEqual([]);
        expect(await store.nextDueInMs({ models, topics: [] })).toBe(hourMs);
        expect(await store.unservedModels({ forMs: 0 })).not.toContain("demo");
        advance(hourMs - 1);
        expect(await scenario.claim()).toEqual([]);
        expect(await store.listDue({ models, forMs: 0, limit: 10 })).toEqual([]);
        advance(1);
        const { generation } = await scenario.claimOne(id);
        expect(generation).toMatchObject({
          createdAt: start,
          notBefore: start + hourMs,
          deadlineAt: start + hourMs + 900_000,
        });
      }),
    );

    it.each([
      [{ notBefore: start + hourMs }],
      [{ notBefore: start + hourMs, expiresAfterMs: 60_000 }],
      [{ notBefore: start - hourMs, expiresAfterMs: 899_999.5 }],
      [{ expiresAfterMs: 900_000 }],
      [{ expiresAfterMs: 900_001 }],
    ])("is returned as it was written: %j", (times) =>
      withStore(create, async ({ scenario, store }) => {
        const verdict = await scenario.submit(times);
        if (verdict.type !== "accepted") throw new Error(verdict.type);
        expect(await store.get({ ownerId: "ada", id: verdict.generation.id })).toStrictEqual(verdict.generation);
      })(),
    );

    it(
      "starts at once if that time has passed",
      withStore(create, async ({ scenario }) => {
        const { generation } = await scenario.claimOne(await scenario.accepted({ notBefore: start - hourMs }));
        expect(generation).toMatchObject({ notBefore: start - hourMs, deadlineAt: start + 900_000 });
      }),
    );

    it(
      "is canceled with a full refund before it starts",
      withStore(create, async ({ scenario, store, advance }) => {
        const id = await scenario.accepted({ notBefore: start + hourMs });
        expect(await scenario.balance()).toBe(96);
        const verdict = await store.requestCancel({ ownerId: "ada", id });
        expect(verdict).toMatchObject({ applied: true, generation: { state: "canceled", refundedCredits: 4 } });
        expect(await scenario.balance()).toBe(100);
        advance(hourMs);
        expect(await scenario.claim()).toEqual([]);
      }),
    );

    it.each([hourMs, 24 * hourMs])("keeps its start when a clock that was ahead by %i ms wrote it", (byMs) =>
      withStore(create, async ({ scenario, advance }) => {
        advance(byMs);
        const notBefore = start + 2 * hourMs;
        const id = await scenario.accepted({ notBefore, expiresAfterMs: 60_000 });
        advance(-byMs);
        // A due time up to the start is right. A worker that claims a later one parks it until the start.
        const claims = await scenario.claim();
        expect(claims).toHaveLength(byMs > 2 * hourMs ? 1 : 0);
        for (const early of claims) await scenario.park(early, { dueInMs: notBefore - start });
        advance(2 * hourMs - 1);
        expect(await scenario.claim()).toEqual([]);
        advance(1);
        const { generation } = await scenario.claimOne(id);
        expect(generation).toMatchObject({
          notBefore,
          deadlineAt: notBefore + 60_000,
          expiresAt: notBefore + 60_000,
          startedDeadlineAt: notBefore + 900_000,
        });
      })(),
    );

    it(
      "loses the lease of a clock that was ahead after half of the maximum lease",
      withStore(create, async ({ scenario, store, advance }) => {
        const id = await scenario.accepted({ notBefore: start + 72 * hourMs });
        advance(24 * hourMs);
        await store.wakeByOperator({ action: { actor: "grace", action: "wake", subject: id, reason: "" }, id });
        const { epoch } = (await scenario.claimOne(id)).generation;
        advance(-24 * hourMs);
        expect(await scenario.claimOnly(id)).toEqual([]);
        advance(maxLeaseMs / 2);
        expect(await scenario.claimOnly(id)).toMatchObject([{ generation: { epoch: epoch + 1 } }]);
      }),
    );

    it(
      "is due at its start after a park that was written late, and not before",
      withStore(create, async ({ scenario, store, advance }) => {
        const notBefore = start + hourMs;
        const id = await scenario.accepted({ notBefore });
        await store.wakeByOperator({ action: { actor: "grace", action: "wake", subject: id, reason: "" }, id });
        const early = await scenario.claimOne(id);
        advance(20);
        await scenario.park(early, { dueInMs: notBefore - early.now });
        expect(await scenario.claimOnly(id)).toEqual([]);
        expect(await store.readDue({ id })).toMatchObject({ dueInMs: hourMs - 20 });
        advance(hourMs - 20);
        const claim = await scenario.claimOne(id);
        await scenario.park(claim);
        expect(await store.readDue({ id })).toMatchObject({ dueInMs: 1_000 });
      }),
    );

    it(
      "keeps its images until then",
      withStore(create, async ({ store, advance }) => {
        const image = (name: string) => ({
          id: `inp_00000000-0000-7000-8000-00000000000${name}`,
          ownerId: "ada",
          storageKey: `image-${name}`,
          contentType: "image/png",
          byteLength: 100,
          sha256: "abc",
          width: 8,
          height: 8,
          durationMs: null,
          rate: null,
        });
        for (const name of ["1", "2"]) await store.recordInput(image(name));
        const { id } = image("1");
        await store.touchInputs({ ownerId: "ada", ids: [id], usedInMs: 24 * hourMs });
        advance(24 * hourMs);
        await store.purgeInputs({ unusedForMs: hourMs, limit: 10 });
        expect(await store.getInput({ id })).toMatchObject({ id });
        expect(await store.getInput({ id: image("2").id })).toBeNull();
      }),
    );
  });

  describe("a generation that expires", () => {
    it(
      "may be ended by a worker without its model from the expiry on",
      withStore(create, async ({ scenario, store, advance }) => {
        const id = await scenario.accepted({ expiresAfterMs: 60_000 });
        const claim = (token: string) => store.claim({ models: [], limit: 10, leaseMs: 30_000, token });
        advance(59_999);
        expect(await claim("early")).toEqual([]);
        advance(1);
        const [claimed] = await claim("late");
        if (claimed === undefined) throw new Error("The generation could not be claimed.");
        expect(claimed.generation).toMatchObject({ id, expiresAt: start + 60_000, attempts: 0 });
        await scenario.settle(claimed, { type: "failed", code: "expired" });
        expect(await scenario.balance()).toBe(100);
        expect(await store.get({ ownerId: "ada", id })).toMatchObject({ failureCode: "expired", refundedCredits: 4 });
      }),
    );

    it(
      "cannot start an attempt from the expiry on",
      withStore(create, async ({ scenario, advance }) => {
        const claim = await scenario.claimOne(await scenario.accepted({ expiresAfterMs: 10_000 }));
        advance(10_000);
        expect(await scenario.intent(claim)).toEqual({ type: "lost" });
      }),
    );

    it(
      "has the model's deadline, and a whole lease, from its first attempt on",
      withStore(create, async ({ scenario, store, advance }) => {
        const id = await scenario.accepted({ expiresAfterMs: 10_000 });
        advance(9_000);
        const claim = await scenario.claimOne(id);
        const { epoch } = claim.generation;
        const intent = { attemptToken: "try", providerId: "p", starts: false, expectedInMs: null, isEstimated: false };
        await store.recordIntent({ id, epoch, token: "intent", ...intent, leaseMs: 30_000 });
        advance(29_999);
        expect(await scenario.claim()).toEqual([]);
        expect(await store.get({ ownerId: "ada", id })).toMatchObject({
          state: "submitting",
          deadlineAt: start + 900_000,
        });
        advance(1);
        expect((await scenario.claimOne(id)).generation.state).toBe("reconciling");
      }),
    );

    it(
      "is refunded once when two workers race at the expiry",
      withStore(create, async ({ scenario, store, advance }) => {
        const id = await scenario.accepted({ expiresAfterMs: 10_000 });
        advance(9_999);
        const early = await scenario.claimOne(id);
        advance(1);
        const [late] = await store.claim({ models: [], limit: 10, leaseMs: 30_000, token: "late" });
        if (late === undefined) throw new Error("The generation could not be claimed.");
        const outcome = { type: "failed", code: "expired" } as const;
        const verdicts = await Promise.all([early, late, late].map((claim) => scenario.settle(claim, outcome)));
        expect(verdicts.filter(({ type }) => type === "applied")).toHaveLength(1);
        expect(await scenario.balance()).toBe(100);
      }),
    );
  });
}
