import { describe, expect, it } from "vitest";
import type { SubmitCommand } from "../../../src/lib/ports/store/submit-commands.js";
import { type CreateStore, type Given, withStore } from "../scenario.js";

const untilStartMs = 20_000;
const free = { credits: 0, limits: { maxActive: null, rate: null, refunds: null } };
/** More than any of these tests fills. */
const limits = [{ key: "fal", concurrency: 100, rate: null }];

const submit = ({ scenario }: Given, change: Partial<SubmitCommand> = {}) => scenario.accepted({ ...free, ...change });

/** Claims all due generations, one at a time: their ids, in order. */
async function claimAll({ scenario, store }: Given): Promise<readonly string[]> {
  const ids: string[] = [];
  for (;;) {
    const [claim] = await store.claim({
      models: ["demo"],
      limit: 1,
      leaseMs: 30_000,
      token: scenario.token(),
      limits,
    });
    if (claim === undefined) return ids;
    ids.push(claim.generation.id);
  }
}

/** Contract of the place in the queue of a generation whose earliest start has passed. */
export function describeScheduledQueue(create: CreateStore): void {
  describe("a scheduled generation, from its start on", () => {
    it.each([null, "fal"])("waits at its rank, and has its place before a worker reads it; gate: %s", (gate) =>
      withStore(create, async (given) => {
        const { store, advance } = given;
        const notBefore = given.now() + untilStartMs;
        const scheduled = await submit(given, { gate, notBefore });
        await submit(given, { gate: gate === null ? "fal" : null, model: "other", notBefore });
        const first = await submit(given, { gate, ownerId: "bob" });
        advance(untilStartMs);
        const urgent = await submit(given, { gate, ownerId: "cid", priority: 9 });
        advance(1);
        const last = await submit(given, { gate, ownerId: "dan" });
        const places = async (limit: number) => (await store.readWaiting({ gate, limit })).waiting.map(({ id }) => id);
        const order = [urgent, first, scheduled, last];
        expect(await places(101)).toEqual(order);
        expect(await places(3)).toEqual(order.slice(0, 3));
        expect(await claimAll(given)).toEqual(order);
      })(),
    );

    it(
      "passes none that waits, however many start at once",
      withStore(create, async (given) => {
        const { advance } = given;
        const notBefore = given.now() + untilStartMs;
        const first = await submit(given, { ownerId: "bob" });
        for (let count = 0; count < 30; count += 1) await submit(given, { notBefore });
        advance(untilStartMs);
        expect((await claimAll(given))[0]).toBe(first);
      }),
    );

    it(
      "starts after a retry whose delay has passed",
      withStore(create, async (given) => {
        const { advance, now, scenario } = given;
        const claim = await scenario.claimOne(await submit(given, { ownerId: "bob" }));
        await scenario.intent(claim, "attempt-1");
        const failure = { code: "rate_limited", message: "slow down", retryAfterMs: untilStartMs } as const;
        const attempt = { state: "rejected", failure } as const;
        await scenario.park(claim, { to: "retry_wait", dueInMs: untilStartMs, attempt });
        const scheduled = await submit(given, { notBefore: now() + untilStartMs, priority: 9 });
        advance(untilStartMs);
        expect(await claimAll(given)).toEqual([claim.generation.id, scheduled]);
      }),
    );
  });
}
