import { describe, expect, it } from "vitest";
import type { GateLimit } from "../../../src/lib/ports/store/gate-limit.js";
import { type CreateStore, type Given, withStore } from "../scenario.js";

const free = { credits: 0, limits: { maxActive: null, rate: null, refunds: null } };
const gated = { ...free, gate: "fal" };
const two: readonly GateLimit[] = [{ key: "fal", concurrency: 2, rate: null }];
/** Claims with limits, as a worker with free slots for all. */
function claimWith({ scenario, store }: Given, limits: readonly GateLimit[], change = {}) {
  return store.claim({ models: ["demo"], limit: 20, leaseMs: 30_000, token: scenario.token(), limits, ...change });
}

async function submitted({ scenario, advance }: Given, count: number, change = {}): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let number = 0; number < count; number += 1) {
    ids.push(await scenario.accepted({ ...gated, ...change }));
    advance(1);
  }
  return ids;
}

/** Contract of the reads of gates: for warnings, and for deliveries of a job engine. */
export function describeGateReads(create: CreateStore): void {
  describe("reads of gates", () => {
    it(
      "report models without a worker at a gate with room, and none at a full one",
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
      "return the gate of a waiting generation, and when it opens",
      withStore(create, async (given) => {
        const { store } = given;
        const [first = "", second = ""] = await submitted(given, 2);
        const query = { limits: [{ key: "fal", concurrency: 1, rate: null }], models: ["demo"] };
        expect(await store.readDue({ id: second })).toEqual({ dueInMs: 0, isLeased: false, gate: "fal" });
        expect(await store.gateRooms(query)).toEqual([{ key: "fal", room: 1, opensInMs: 0 }]);
        await claimWith(given, query.limits);
        expect(await store.readDue({ id: first })).toMatchObject({ isLeased: true, gate: null });
        expect(await store.gateRooms(query)).toEqual([{ key: "fal", room: 0, opensInMs: Number.POSITIVE_INFINITY }]);
        await store.closeGate({ key: "fal", forMs: 5_000 });
        expect(await store.gateRooms(query)).toEqual([{ key: "fal", room: 0, opensInMs: 5_000 }]);
        expect(await store.gateRooms({ ...query, models: ["other"] })).toEqual([]);
      }),
    );
  });
}
