import { describe, expect, it } from "vitest";
import { maxLeaseMs } from "../../../src/lib/ports/store/due-limits.js";
import type { SubmitItem } from "../../../src/lib/ports/store/submit-commands.js";
import { type CreateStore, type Given, withStore } from "../scenario.js";

const dayMs = 86_400_000;

/** Contract of times that were written while the clock was ahead. No owner and no work waits for them. */
export function describeWrongClock(create: CreateStore): void {
  describe("a clock that was ahead and is correct again", () => {
    /** Runs `act` while the clock is ahead. */
    async function ahead<Result>({ advance }: Given, byMs: number, act: () => Promise<Result>): Promise<Result> {
      advance(byMs);
      const result = await act();
      advance(-byMs);
      return result;
    }

    it.each([3_600_000, dayMs])("does not lock out an owner by the submit rate (%i ms)", (byMs) =>
      withStore(create, async (given) => {
        const { scenario } = given;
        const limits = { maxActive: 50, rate: { requests: 2, perMs: 60_000 }, refunds: null };
        await ahead(given, byMs, () => scenario.accepted({ limits }));
        await scenario.accepted({ limits });
        await scenario.accepted({ limits });
        expect(await scenario.submit({ limits })).toMatchObject({
          type: "rate_limited",
          rate: { retryAfterMs: 30_000 },
        });
        // The claim sets the times that are ahead.
        await scenario.claim();
      })(),
    );

    it.each([{ maxActive: 3 }, { maxActive: null }])(
      "spends the refund budget for its usual time only (%j)",
      ({ maxActive }) =>
        withStore(create, async (given) => {
          const { advance, scenario, store } = given;
          const limits = { maxActive, rate: null, refunds: { generations: 2, perMs: 60_000 } };
          const refund = async () => {
            const claim = await scenario.claimOne(await scenario.accepted({ limits }));
            await scenario.intent(claim);
            await scenario.settle(claim, { type: "failed", code: "content_rejected" });
          };
          await ahead(given, 365 * dayMs, async () => {
            await refund();
            await refund();
          });
          await store.transferOwner({ from: "ada", to: "bob", credits: "leave", initialGrant: 0 });
          const spent = { type: "refund_budget_spent", retryAfterMs: 30_000 };
          for (const ownerId of ["ada", "bob"]) expect(await scenario.submit({ limits, ownerId })).toEqual(spent);
          advance(30_000);
          for (const ownerId of ["ada", "bob"]) await scenario.accepted({ limits, ownerId });
        })(),
    );

    it(
      "spends the refund budget for its usual time only when only the refund was written ahead",
      withStore(create, async (given) => {
        const { advance, scenario } = given;
        const limits = { maxActive: null, rate: null, refunds: { generations: 1, perMs: 30_000 } };
        const claim = await scenario.claimOne(await scenario.accepted({ limits }));
        await scenario.intent(claim);
        await ahead(given, dayMs, () => scenario.settle(claim, { type: "failed", code: "content_rejected" }));
        expect(await scenario.submit({ limits })).toEqual({ type: "refund_budget_spent", retryAfterMs: 30_000 });
        advance(30_000);
        await scenario.accepted({ limits });
      }),
    );

    it(
      "delays an attempt behind any number of scheduled generations by one second or sweep for each thousand",
      withStore(create, async (given) => {
        const { advance, scenario, store } = given;
        const { id } = await ahead(given, dayMs, () => scenario.running());
        const now = (await store.get({ ownerId: "ada", id }))?.createdAt ?? Number.NaN;
        const free = { credits: 0, limits: { maxActive: null, rate: null, refunds: null }, ownerId: "bob" };
        const item = (): SubmitItem => scenario.command(free);
        for (let group = 0; group < 11; group += 1) {
          const items = [item(), ...Array.from({ length: 99 }, item)] as const;
          const start = { notBefore: now + (19 + group) * dayMs, groupId: `grp_${group}` };
          await store.submitMany({ ...scenario.command(free), ...start, items });
        }
        const sweep = () => store.listDue({ models: ["demo"], forMs: 0, limit: 10 });
        expect([await sweep(), await sweep()]).toEqual([[], [id]]);
        expect(await scenario.claim()).toEqual([]);
        expect(await scenario.claim()).toEqual([]);
        advance(1_000);
        // A claim without a model reads no such row, and passes none.
        expect(await store.claim({ models: [], limit: 1, leaseMs: 30_000, token: scenario.token() })).toEqual([]);
        expect((await scenario.claim()).map(({ generation }) => generation.id)).toEqual([id]);
      }),
    );

    it.each([3_600_000, dayMs])("does not delay queued, parked and failed attempts (%i ms)", (byMs) =>
      withStore(create, async (given) => {
        const { scenario } = given;
        await ahead(given, byMs, async () => {
          await scenario.running();
          const claim = await scenario.claimOne(await scenario.accepted());
          await scenario.intent(claim);
          await scenario.park(claim, { to: "retry_wait" });
          await scenario.accepted();
          await scenario.accepted({ ownerId: "bob" });
        });
        expect(await scenario.claim(1)).toHaveLength(1);
        expect(await scenario.claim()).toHaveLength(3);
        expect(await scenario.claim()).toEqual([]);
      })(),
    );

    it(
      "moves the times of an active generation and its attempt to the time of the next claim, once",
      withStore(create, async (given) => {
        const { advance, scenario } = given;
        const id = await ahead(given, 365 * dayMs, async () => {
          const claim = await scenario.claimOne(await scenario.accepted());
          await scenario.intent(claim, scenario.token(), true);
          advance(30_000);
          const reclaimed = await scenario.claimOne(claim.generation.id);
          await scenario.park(reclaimed);
          const { generation, attempt } = reclaimed;
          expect([generation.state, attempt?.unknownAt]).toEqual(["reconciling", generation.createdAt + 30_000]);
          return generation.id;
        });
        const times = { createdAt: 0, startedAt: 0, deadlineAt: 900_000, unknownAt: 0 };
        const read = async () => {
          const { attempt, generation, now } = await scenario.claimOne(id);
          const { createdAt, startedAt, deadlineAt } = generation;
          const all = Object.entries({ createdAt, startedAt, deadlineAt, unknownAt: attempt?.unknownAt });
          return { now, times: Object.fromEntries(all.map(([name, time]) => [name, (time ?? 0) - now])) };
        };
        expect((await read()).times).toEqual(times);
        advance(60_000);
        const shifted = Object.fromEntries(Object.entries(times).map(([name, time]) => [name, time - 60_000]));
        expect((await read()).times).toEqual(shifted);
      }),
    );

    it(
      "expires a lease that ends too late when it was not renewed for half of the maximum lease",
      withStore(create, async (given) => {
        const { advance, scenario, store } = given;
        const claim = await ahead(given, dayMs, async () => scenario.claimOne(await scenario.accepted()));
        const { id, epoch } = claim.generation;
        for (let renewals = 0; renewals < 4; renewals += 1) {
          expect(await scenario.claim()).toEqual([]);
          advance(10_000);
          expect(await ahead(given, dayMs, () => store.renew({ id, epoch, leaseMs: 30_000 }))).toBe(true);
        }
        expect(await scenario.claim()).toEqual([]);
        advance(59_999);
        expect(await scenario.claim()).toEqual([]);
        advance(1);
        expect((await scenario.claimOne(id)).generation.epoch).toBe(epoch + 1);
      }),
    );

    it(
      "does not expire a renewed lease that is longer than the claiming worker's",
      withStore(create, async (given) => {
        const { advance, scenario, store } = given;
        const claimLong = async () => {
          await scenario.accepted();
          return scenario.claim(1, maxLeaseMs);
        };
        const [claim] = await ahead(given, dayMs, claimLong);
        expect(claim).toBeDefined();
        const { id = "", epoch = 0 } = claim?.generation ?? {};
        for (let seconds = 0; seconds < 240; seconds += 10) {
          expect(await scenario.claim(10, 1_000)).toEqual([]);
          if (seconds % 40 === 0) {
            expect(await ahead(given, dayMs, () => store.renew({ id, epoch, leaseMs: maxLeaseMs }))).toBe(true);
          }
          advance(10_000);
        }
        if (claim !== undefined) await scenario.settle(claim, { type: "failed", code: "internal" });
      }),
    );

    it(
      "keeps a park of an hour that the vendor requested, and a lease of the maximum length",
      withStore(create, async ({ advance, scenario, store }) => {
        const long = { deadlineMs: dayMs };
        const claim = await scenario.claimOne(await scenario.accepted(long));
        await scenario.intent(claim);
        await scenario.park(claim, { to: "retry_wait", dueInMs: 3_900_000 });
        const leased = await scenario.accepted(long);
        const [lease] = await scenario.claim(1, maxLeaseMs);
        expect(lease?.generation.id).toBe(leased);
        const { id = "", epoch = 0 } = lease?.generation ?? {};
        for (let minutes = 0; minutes < 59; minutes += 1) {
          expect(await scenario.claim(10, 1_000)).toEqual([]);
          advance(60_000);
          expect(await store.renew({ id, epoch, leaseMs: maxLeaseMs })).toBe(true);
        }
      }),
    );

    it(
      "does not delay the outbox",
      withStore(create, async (given) => {
        const { advance, scenario, store } = given;
        const claimItems = () =>
          store.claimOutbox({ models: ["demo"], topics: ["delete_prefix"], limit: 10, leaseMs: 1_000 });
        await ahead(given, dayMs, async () => {
          const id = await scenario.completed(advance);
          await store.remove({ ownerId: "ada", id });
        });
        // Also the second deletion, which is due ten minutes after the first one.
        expect(await claimItems()).toMatchObject([{ topic: "delete_prefix" }, { topic: "delete_prefix" }]);
        expect(await claimItems()).toEqual([]);
      }),
    );

    it.each([{ keyHash: "before" }, null])(
      "keeps idempotency keys that were written by a clock a year behind, after %j",
      (key) =>
        withStore(create, async (given) => {
          const { advance, scenario, store } = given;
          const keepMs = 7 * dayMs;
          const submit = (keyHash: string) => scenario.submit({ idempotencyKey: { keyHash, fingerprint: "", keepMs } });
          await scenario.accepted({ ownerId: "bob", idempotencyKey: key && { ...key, fingerprint: "", keepMs } });
          for (const keyHash of ["first", "second"]) await ahead(given, -365 * dayMs, () => submit(keyHash));
          for (const claim of await scenario.claim())
            await scenario.settle(claim, { type: "failed", code: "internal" });
          for (const keyHash of ["first", "second"]) {
            expect(await store.findSubmission({ ownerId: "ada", keyHash })).not.toBeNull();
            expect(await submit(keyHash)).toMatchObject({ type: "replayed" });
          }
          advance(keepMs);
          expect(await store.findSubmission({ ownerId: "ada", keyHash: "first" })).toBeNull();
        })(),
    );

    it(
      "does not delay notices",
      withStore(create, async (given) => {
        const { advance, scenario, store } = given;
        const claimAs = (claim: string) =>
          store.claimNotices({ ownerId: "ada", claim, limit: 2, forMs: dayMs, leaseMs: 30_000 });
        const id = await scenario.completed(advance);
        expect(await ahead(given, 3_600_000, () => claimAs("tab-1"))).toMatchObject([{ id }]);
        expect(await claimAs("tab-2")).toMatchObject([{ id }]);
        expect(await claimAs("tab-3")).toEqual([]);
      }),
    );

    it(
      "does not lock out an owner by the upload rate",
      withStore(create, async (given) => {
        const { store } = given;
        const rate = { requests: 1, perMs: 60_000 };
        const upload = (count: number) =>
          store.recordInput({
            id: `inp_00000000-0000-7000-8000-00000000000${count}`,
            ownerId: "ada",
            storageKey: `image-${count}/0-abc`,
            contentType: "image/png",
            byteLength: 100,
            sha256: "abc",
            width: 512,
            height: 256,
            durationMs: null,
            rate,
          });
        await ahead(given, 3_600_000, () => upload(1));
        expect(await store.inputWaitMs({ ownerId: "ada", rate })).toBe(0);
        expect(await upload(2)).toEqual({ type: "recorded" });
        expect(await upload(3)).toMatchObject({ type: "rate_limited", retryAfterMs: 60_000 });
      }),
    );
  });
}
