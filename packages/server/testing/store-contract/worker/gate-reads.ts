import { describe, expect, it } from "vitest";
import type { ClaimedGeneration } from "../../../src/lib/generation/generation-record.js";
import type { GateLimit } from "../../../src/lib/ports/store/gate-limit.js";
import type { DueGeneration } from "../../../src/lib/ports/store/store-commands.js";
import { everything } from "../operator/operator.js";
import { type CreateStore, type Given, withStore } from "../scenario.js";

const free = { credits: 0, limits: { maxActive: null, rate: null, refunds: null } };
const gated = { ...free, gate: "fal" };
const two: readonly GateLimit[] = [{ key: "fal", concurrency: 2, rate: null }];
const stuckQuery = { ...everything, isStuck: true };
const overviewQuery = { from: 0, intervalMs: 10_000_000_000_000, scanLimit: 1_000 };

/** Claims with limits, as a worker with free slots for all. */
function claimWith({ scenario, store }: Given, limits: readonly GateLimit[], change = {}) {
  return store.claim({ models: ["demo"], limit: 20, leaseMs: 30_000, token: scenario.token(), limits, ...change });
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

/** Contract of the reads of gates: for claims, warnings, and deliveries of a job engine. */
export function describeGateReads(create: CreateStore): void {
  describe("reads of gates", () => {
    it.each([
      ["some", 3],
      ["more than a claim reads", 30],
    ])("let other owners pass one who has no slot left: %s generations wait before theirs", (_, count) =>
      withStore(create, async (given) => {
        await submitted(given, count, { deadlineMs: 7_200_000 });
        given.advance(3_600_000);
        const bob = await submitted(given, 1, { ownerId: "bob" });
        const choose = (due: readonly DueGeneration[]) => due.filter(({ ownerId }) => ownerId !== "ada");
        const one = [{ key: "fal", concurrency: 1, rate: null }];
        expect(idsOf(await claimWith(given, one, { choose, limit: 2 }))).toEqual(bob);
      })(),
    );

    it(
      "offer no more of their generations than they have capacity for, so that a slot is left for others",
      withStore(create, async (given) => {
        await submitted(given, 4);
        const other = await given.scenario.accepted(free);
        const choose = (due: readonly DueGeneration[]) => due.slice(0, 3);
        expect(idsOf(await claimWith(given, two, { choose, limit: 3 }))).toContain(other);
      }),
    );

    it(
      "have a generation for a worker behind any number of those whose model it does not have",
      withStore(create, async (given) => {
        const { store, advance } = given;
        await submitted(given, 110, { model: "removed" });
        const [id] = await submitted(given, 1);
        advance(2_000);
        const query = { models: ["demo"], limits: two };
        expect(await store.nextDueInMs({ ...query, topics: [] })).toBe(0);
        expect(await store.listDue({ ...query, forMs: 1_000, limit: 10 })).toEqual([id]);
      }),
    );

    it(
      "report a wait of over a minute as that for a worker if they are idle or have capacity, and else as a normal one",
      withStore(create, async (given) => {
        const { scenario, store, advance } = given;
        const reports = async (limits: readonly GateLimit[] = []) => ({
          models: await store.unservedModels({ forMs: 60_000, limits }),
          isLongDue: (await store.readQueue()).oldestDueMs > 60_000,
          stuck: (await store.findGenerations(stuckQuery)).generations.length,
          counted: (await store.readOverview(overviewQuery)).active
            .filter(({ state }) => state === "queued")
            .reduce((sum, { stuck }) => sum + stuck, 0),
        });
        const ids = await submitted(given, 2, { model: "other" });
        await submitted(given, 1);
        advance(61_000);
        const waits = { models: ["demo", "other"], isLongDue: true, stuck: 3, counted: 3 };
        expect(await reports()).toEqual(waits);
        const isNormal = { models: [], isLongDue: false, stuck: 0, counted: 0 };
        await store.closeGate({ key: "fal", forMs: 5_000 });
        expect(await reports(two)).toEqual(isNormal);
        advance(5_001);
        expect(await reports()).toEqual(waits);
        await scenario.claimOnly(ids[0] ?? "", ["other"]);
        // A worker holds a generation of "other", so its second one waits for a slot.
        const counted = { ...isNormal, models: ["demo"] };
        expect(await reports(two)).toEqual(counted);
        expect(await reports([{ key: "fal", concurrency: 1, rate: null }])).toEqual(isNormal);
        expect(await reports()).toEqual(isNormal);
      }),
    );

    it(
      "report models without a worker at a gate with capacity, and none at a full one",
      withStore(create, async (given) => {
        const { advance, store } = given;
        const unserved = (limits: readonly GateLimit[]) => store.unservedModels({ forMs: 10_000, limits });
        const one = [{ key: "fal", concurrency: 1, rate: null }];
        await submitted(given, 1);
        await submitted(given, 1, { model: "other" });
        await submitted(given, 1, { model: "removed", gate: "old" });
        advance(9_000);
        expect(await unserved(one)).toEqual([]);
        await claimWith(given, one);
        advance(1_000);
        // The attempt of "demo" is in flight, so "other" waits for the gate. Nothing is in flight at the unknown one.
        expect(await unserved(one)).toEqual(["removed"]);
        expect(await unserved([])).toEqual(["removed"]);
        expect(await unserved(two)).toEqual(["other", "removed"]);
        await store.closeGate({ key: "fal", forMs: 5_000 });
        await store.closeGate({ key: "old", forMs: 5_000 });
        expect(await unserved(two)).toEqual([]);
      }),
    );

    it(
      "report no model of which a worker holds a lease or polls a job, and no scheduled generation before its start",
      withStore(create, async (given) => {
        const { advance, scenario, store } = given;
        const unserved = () => store.unservedModels({ forMs: 10_000, limits: [] });
        const startsAt = 1_800_000_100_000;
        await scenario.accepted({ ...free, model: "later", notBefore: startsAt });
        const id = await scenario.accepted(free);
        await scenario.accepted(free);
        const [claim] = await scenario.claimOnly(id);
        advance(29_999);
        expect(await unserved()).toEqual([]);
        advance(1);
        expect(await unserved()).toEqual(["demo"]);
        const [again] = await scenario.claimOnly(id);
        if (claim === undefined || again === undefined) throw new Error("A generation was expected.");
        await scenario.intent(again, "attempt");
        await scenario.operation(again, "attempt", 40_000);
        advance(39_999);
        expect(await unserved()).toEqual([]);
        advance(1);
        expect(await unserved()).toEqual(["demo"]);
        // A scheduled generation is no sign of a worker, and is not late before its start.
        await scenario.accepted({ ...free, notBefore: startsAt + 60_000 });
        advance(39_999);
        expect(await unserved()).toEqual(["demo"]);
        advance(1);
        expect(await unserved()).toEqual(["demo", "later"]);
      }),
    );

    it(
      "return the gate of a waiting generation, and when it opens",
      withStore(create, async (given) => {
        const { store } = given;
        const [first = "", second = ""] = await submitted(given, 2);
        const query = { limits: [{ key: "fal", concurrency: 1, rate: null }], models: ["demo"] };
        expect(await store.readDue({ id: second })).toEqual({ dueInMs: 0, isLeased: false, gate: "fal" });
        expect(await store.gateCapacities(query)).toEqual([{ key: "fal", capacity: 1, opensInMs: 0 }]);
        await claimWith(given, query.limits);
        expect(await store.readDue({ id: first })).toMatchObject({ isLeased: true, gate: null });
        expect(await store.gateCapacities(query)).toEqual([
          { key: "fal", capacity: 0, opensInMs: Number.POSITIVE_INFINITY },
        ]);
        await store.closeGate({ key: "fal", forMs: 5_000 });
        expect(await store.gateCapacities(query)).toEqual([{ key: "fal", capacity: 0, opensInMs: 5_000 }]);
        expect(await store.gateCapacities({ ...query, models: ["other"] })).toEqual([]);
      }),
    );
  });
}
