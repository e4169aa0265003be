import { describe, expect, it } from "vitest";
import type { GateLimit } from "../../../src/lib/ports/store/gate-limit.js";
import { type CreateStore, withStore } from "../scenario.js";

const gated = { credits: 0, limits: { maxActive: null, rate: null, refunds: null }, gate: "fal" };
/** One start each second, and two at once. */
const limit: GateLimit = { key: "fal", concurrency: null, rate: { intervalMs: 1_000, burst: 2 } };

/** Contract of starts whose paid request is late. */
export function describeLateStarts(create: CreateStore): void {
  describe("a late start", () => {
    it(
      "is counted again at the rate of its gate, in the place of the next one",
      withStore(create, async (given) => {
        const { scenario, store, advance } = given;
        const claim = () =>
          store.claim({ models: ["demo"], limit: 20, leaseMs: 30_000, token: scenario.token(), limits: [limit] });
        for (let count = 0; count < 4; count += 1) await scenario.accepted(gated);
        expect(await claim()).toHaveLength(2);
        expect(await store.reserveStart({ limit })).toBe(1_000);
        advance(750);
        expect(await store.reserveStart({ limit })).toBe(250);
        advance(250);
        expect(await store.reserveStart({ limit })).toBe(0);
        expect(await claim()).toEqual([]);
        expect(await store.reserveStart({ limit: { ...limit, key: "new" } })).toBe(0);
        advance(1_000);
        expect(await claim()).toHaveLength(1);
      }),
    );
  });
}
