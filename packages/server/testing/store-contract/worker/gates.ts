import { describe, expect, it } from "vitest";
import type { ClaimedGeneration } from "../../../src/lib/generation/generation-record.js";
import type { GateLimit } from "../../../src/lib/ports/store/gate-limit.js";
import type { DueGeneration } from "../../../src/lib/ports/store/store-commands.js";
import { type CreateStore, type Given, refundOf, withStore } from "../scenario.js";

const free = { credits: 0, limits: { maxActive: null, rate: null, refunds: null } };
const gated = { ...free, gate: "fal" };
const two: readonly GateLimit[] = [{ key: "fal", concurrency: 2, rate: null }];
/** One start each second, and two at once. */
const spaced: readonly GateLimit[] = [{ key: "fal", concurrency: null, rate: { intervalMs: 1_000, burst: 2 } }];

/** Claims with limits, as a worker with free slots for all. */
function claimWith({ scenario, store }: Given, limits: readonly GateLimit[], change = {}) {
  return store.claim({ models: ["demo"], limit: 20, leaseMs: 30_000, token: scenario.token(), limits, ...change });
}

/** Ends a generation whose provider has reported a failure. */
function fail({ scenario, store }: Given, { generation }: ClaimedGeneration) {
  const { epoch, id } = generation;
  const outcome = { type: "failed", code: "provider_failed" } as const;
  const attempt = { state: "failed", failure: null } as const;
  return store.settle({ id, epoch, token: scenario.token(), outcome, refund: refundOf(generation, outcome), attempt });
}

const idsOf = (claims: readonly ClaimedGeneration[]) => claims.map(({ generation }) => generation.id).toSorted();

async function submitted({ scenario, advance }: Given, count: number, change = {}): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let number = 0; number < count; number += 1) {
    ids.push(await scenario.accepted({ ...gated, ...change }));
    advance(1);
  }
  return ids;
}

/** Contract of the limits of providers. */
export function describeGates(create: CreateStore): void {
  describe("gates", () => {
    it(
      "let as many attempts in flight as the limit, whichever worker claims, and leave the others untouched",
      withStore(create, async (given) => {
        const [first = "", second = "", third = ""] = await submitted(given, 5);
        const claims = await claimWith(given, two);
        expect(idsOf(claims)).toEqual([first, second]);
        expect(claims[0]?.generation.gate).toBe("fal");
        expect(await claimWith(given, two)).toEqual([]);
        expect(await given.store.get({ ownerId: "ada", id: third })).toMatchObject({ epoch: 0, attempts: 0 });
      }),
    );

    it(
      "have capacity again for each attempt that no longer runs: stored, settled, parked or refused",
      withStore(create, async (given) => {
        const { scenario, store } = given;
        const ids = await submitted(given, 8);
        const [stored, failed] = await claimWith(given, two);
        if (stored === undefined || failed === undefined) throw new Error("Two generations were expected.");
        for (const claim of [stored, failed]) await scenario.intent(claim, `attempt-${claim.generation.id}`);
        expect(await claimWith(given, two)).toEqual([]);
        await scenario.result(stored, `attempt-${stored.generation.id}`);
        await fail(given, failed);
        const [parked, refused] = await claimWith(given, two);
        if (parked === undefined || refused === undefined) throw new Error("Two generations were expected.");
        expect(idsOf([parked, refused])).toEqual(ids.slice(2, 4));
        await scenario.park(parked, { dueInMs: 60_000 });
        await scenario.intent(refused, "refused");
        await scenario.park(refused, { to: "retry_wait", dueInMs: 60_000 });
        expect(idsOf(await claimWith(given, two))).toEqual(ids.slice(4, 6));
        expect(await store.get({ ownerId: "ada", id: stored.generation.id })).toMatchObject({ state: "storing" });
      }),
    );

    it(
      "count running jobs, also while no worker holds them, and never hold their polls",
      withStore(create, async (given) => {
        const { scenario, advance } = given;
        const ids = await submitted(given, 3);
        for (const claim of await claimWith(given, two)) {
          await scenario.intent(claim, `attempt-${claim.generation.id}`);
          await scenario.operation(claim, `attempt-${claim.generation.id}`, 1_000);
        }
        expect(await claimWith(given, two)).toEqual([]);
        advance(1_000);
        const polls = await claimWith(given, two);
        expect(idsOf(polls)).toEqual(ids.slice(0, 2));
        const [ended] = polls;
        if (ended !== undefined) await fail(given, ended);
        expect(idsOf(await claimWith(given, two))).toEqual(ids.slice(2));
      }),
    );

    it(
      "count an attempt with an unknown outcome, and hold no worker that reconciles it",
      withStore(create, async (given) => {
        const { scenario, advance } = given;
        const [crashed = "", waiting = ""] = await submitted(given, 2);
        const one = [{ key: "fal", concurrency: 1, rate: null }];
        const [claim] = await claimWith(given, one);
        if (claim === undefined) throw new Error("A generation was expected.");
        await scenario.intent(claim, "lost");
        advance(30_001);
        const [reconciled] = await claimWith(given, one);
        expect(reconciled?.generation).toMatchObject({ id: crashed, state: "reconciling" });
        expect(await claimWith(given, one)).toEqual([]);
        if (reconciled !== undefined) await fail(given, reconciled);
        expect(idsOf(await claimWith(given, one))).toEqual([waiting]);
      }),
    );

    it(
      "keep the capacity of a crashed worker until its lease ends, and no longer",
      withStore(create, async (given) => {
        const ids = await submitted(given, 4);
        expect(await claimWith(given, two)).toHaveLength(2);
        given.advance(29_000);
        expect(await claimWith(given, two)).toEqual([]);
        given.advance(2_000);
        const again = await claimWith(given, two);
        expect(idsOf(again)).toEqual(ids.slice(0, 2));
        expect(again.map(({ generation }) => generation.expiredLeases)).toEqual([1, 1]);
        expect(await claimWith(given, two)).toEqual([]);
      }),
    );

    it(
      "never let more in when several workers claim at the same time",
      withStore(create, async (given) => {
        const ids = await submitted(given, 12);
        const claims = await Promise.all(ids.map((id) => claimWith(given, two, { id })));
        expect(claims.flat()).toHaveLength(2);
        expect((await Promise.all(Array.from({ length: 8 }, () => claimWith(given, two)))).flat()).toEqual([]);
      }),
    );

    it(
      "space the starts, after a burst, and tell when the next one is due",
      withStore(create, async (given) => {
        const { store, advance } = given;
        await submitted(given, 6);
        const next = () => store.nextDueInMs({ models: ["demo"], topics: [], limits: spaced });
        expect(await next()).toBe(0);
        expect(await claimWith(given, spaced)).toHaveLength(2);
        expect(await claimWith(given, spaced)).toEqual([]);
        expect(await next()).toBe(1_000);
        advance(999);
        expect(await claimWith(given, spaced)).toEqual([]);
        advance(1);
        expect(await claimWith(given, spaced)).toHaveLength(1);
        advance(10_000);
        expect(await claimWith(given, spaced)).toHaveLength(2);
      }),
    );

    it(
      "space the starts of workers that claim at the same time",
      withStore(create, async (given) => {
        const ids = await submitted(given, 12);
        const claims = await Promise.all(ids.map((id) => claimWith(given, spaced, { id })));
        expect(claims.flat()).toHaveLength(2);
      }),
    );

    it(
      "stay closed for as long as the vendor asked, also after a shorter delay, and let everything else pass",
      withStore(create, async (given) => {
        const { store, scenario, advance } = given;
        const [waiting = ""] = await submitted(given, 1);
        await store.closeGate({ key: "fal", forMs: 5_000 });
        await store.closeGate({ key: "fal", forMs: 1_000 });
        const other = await scenario.accepted({ ...gated, gate: "bfl" });
        const ungated = await scenario.accepted(free);
        const limits = [...two, { key: "bfl", concurrency: 1, rate: null }];
        expect(idsOf(await claimWith(given, limits))).toEqual([other, ungated].toSorted());
        expect(await claimWith(given, limits, { id: waiting })).toEqual([]);
        expect(await store.nextDueInMs({ models: ["demo"], topics: [], limits })).toBe(5_000);
        advance(4_999);
        expect(await claimWith(given, limits)).toEqual([]);
        advance(1);
        expect(idsOf(await claimWith(given, limits))).toEqual([waiting]);
      }),
    );

    it(
      "hold a retry at the gate of its next provider, in place of the earlier one, without using up its budget",
      withStore(create, async (given) => {
        const { store, scenario } = given;
        const [id = ""] = await submitted(given, 1, { maxAttempts: 1 });
        await submitted(given, 1, { gate: "bfl" });
        const limits = [...two, { key: "bfl", concurrency: 1, rate: null }];
        const claim = (await claimWith(given, limits)).find(({ generation }) => generation.id === id);
        if (claim === undefined) throw new Error("The generation was not claimed.");
        await scenario.intent(claim, "refused");
        await scenario.park(claim, { to: "retry_wait", dueInMs: 0, gate: "bfl", keepsBudget: true });
        expect(await claimWith(given, limits)).toEqual([]);
        expect(await store.get({ ownerId: "ada", id })).toMatchObject({ attempts: 1, maxAttempts: 2 });
        await submitted(given, 2);
        expect(await claimWith(given, limits)).toHaveLength(2);
      }),
    );

    it(
      "hold a retry after its delay, and read it no more while its gate is full",
      withStore(create, async (given) => {
        const { scenario, advance } = given;
        const [parked = ""] = await submitted(given, 1);
        const [claim] = await claimWith(given, two);
        if (claim === undefined) throw new Error("A generation was expected.");
        await scenario.intent(claim, "attempt-1");
        await scenario.park(claim, { to: "retry_wait", dueInMs: 1_000 });
        await submitted(given, 2);
        expect(await claimWith(given, two)).toHaveLength(2);
        advance(1_000);
        const offers: string[][] = [];
        const choose = (due: readonly DueGeneration[]) => {
          offers.push(due.map(({ id }) => id));
          return due;
        };
        expect(await claimWith(given, two, { choose })).toEqual([]);
        expect(await claimWith(given, two, { choose })).toEqual([]);
        expect([offers[0], offers.at(-1)]).toEqual([[parked], []]);
      }),
    );

    it(
      "let in as many of those that become due at the same time as there is capacity for",
      withStore(create, async (given) => {
        const { scenario, advance } = given;
        await submitted(given, 4);
        for (const claim of await claimWith(given, [])) await scenario.park(claim, { dueInMs: 1_000 });
        advance(1_000);
        expect(await claimWith(given, two)).toHaveLength(2);
        expect(await claimWith(given, two)).toEqual([]);
      }),
    );

    it(
      "let generations past their deadline pass, of a full and of a closed gate",
      withStore(create, async (given) => {
        const { store, advance } = given;
        await submitted(given, 2);
        expect(await claimWith(given, two)).toHaveLength(2);
        const late = await submitted(given, 2, { deadlineMs: 10_000 });
        await store.closeGate({ key: "fal", forMs: 3_600_000 });
        expect(await store.nextDueInMs({ models: ["demo"], topics: [], limits: two })).toBeLessThanOrEqual(10_000);
        advance(10_000);
        const offers: string[][] = [];
        const choose = (due: readonly DueGeneration[]) => {
          offers.push(due.map(({ id }) => id).toSorted());
          return [];
        };
        await claimWith(given, [], { choose });
        expect(offers[0]).toEqual(late);
        expect(idsOf(await claimWith(given, two, { models: [] }))).toEqual(late);
      }),
    );

    it(
      "have capacity without a limit: rows of an earlier configuration are claimed as all others",
      withStore(create, async (given) => {
        await submitted(given, 5);
        await given.store.closeGate({ key: "fal", forMs: 60_000 });
        expect(await claimWith(given, [])).toHaveLength(5);
      }),
    );

    it(
      "are no reason to wake a worker that has no model of those that wait",
      withStore(create, async (given) => {
        const { store } = given;
        await submitted(given, 1, { model: "other" });
        const next = (model: string) => store.nextDueInMs({ models: [model], topics: [], limits: two });
        expect(await next("other")).toBe(0);
        expect(await next("demo")).toBeGreaterThan(800_000);
      }),
    );

    it(
      "hide waiting generations from a sweep while they have no capacity",
      withStore(create, async (given) => {
        const { store, advance } = given;
        const ids = await submitted(given, 3);
        const list = () => store.listDue({ models: ["demo"], forMs: 2_000, limit: 10, limits: two });
        advance(2_000);
        expect((await list()).toSorted()).toEqual(ids);
        expect(await claimWith(given, two)).toHaveLength(2);
        expect(await list()).toEqual([]);
      }),
    );
  });
}
