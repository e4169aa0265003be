import { describe, expect, it } from "vitest";
import type { ClaimedGeneration } from "../../../src/lib/generation/generation-record.js";
import type { GateLimit } from "../../../src/lib/ports/store/gate-limit.js";
import type { OutboxItem } from "../../../src/lib/ports/store/outbox.js";
import { type CreateStore, type Given, withStore } from "../scenario.js";

const gated = { credits: 0, limits: { maxActive: null, rate: null, refunds: null }, gate: "fal" };
const one: readonly GateLimit[] = [{ key: "fal", concurrency: 1, rate: null }];
const query = { limits: one, models: ["demo"] };

type CancelItem = Extract<OutboxItem, { readonly topic: "cancel_job" }>;

/** Claims with a limit of one, as a worker with free slots for all. */
function claimWith({ scenario, store }: Given, change: { readonly id?: string } = {}) {
  const command = { models: ["demo"], limit: 20, leaseMs: 30_000, token: scenario.token(), limits: one };
  return store.claim({ ...command, ...change });
}

async function claimItems({ store }: Given): Promise<readonly CancelItem[]> {
  const items = await store.claimOutbox({ models: ["demo"], topics: ["cancel_job"], limit: 10, leaseMs: 1_000 });
  return items.filter((item) => item.topic === "cancel_job");
}

/** A running job and a generation that waits for its capacity. */
async function runningAndWaiting(given: Given) {
  const { scenario } = given;
  await scenario.accepted(gated);
  const waiting = await scenario.accepted(gated);
  const [claim] = await claimWith(given);
  if (claim === undefined) throw new Error("A generation was expected.");
  await scenario.intent(claim, "attempt-1");
  await scenario.operation(claim, "attempt-1");
  return { claim, waiting };
}

const idsOf = (claims: readonly ClaimedGeneration[]) => claims.map(({ generation }) => generation.id);

/** Ends a generation whose job still runs. */
async function abandon(given: Given, { generation }: ClaimedGeneration): Promise<void> {
  given.advance(1_000);
  const [claim] = await given.scenario.claimOnly(generation.id);
  if (claim === undefined) throw new Error("A generation was expected.");
  await given.scenario.settle(claim, { type: "failed", code: "deadline_exceeded" });
}

/** Contract of the capacity that a job holds whose generation has ended. */
export function describeAbandonedCapacity(create: CreateStore): void {
  describe("the capacity of an abandoned job", () => {
    it(
      "is held at the gate until its item is confirmed",
      withStore(create, async (given) => {
        const { claim, waiting } = await runningAndWaiting(given);
        await abandon(given, claim);
        expect(await claimWith(given)).toEqual([]);
        // The claim of one generation reads no gate before its commit.
        expect(await claimWith(given, { id: waiting })).toEqual([]);
        const [item] = await claimItems(given);
        // It started a second ago, with 15 minutes until the deadline, and has a grace of one.
        expect(item?.capacity).toEqual({ gate: "fal", leftMs: 959_000, input: { prompt: "a cat", steps: 8 } });
        expect(await given.store.gateCapacities(query)).toEqual([{ key: "fal", capacity: 0, opensInMs: 959_000 }]);
        await given.store.confirmOutbox({ id: item?.id ?? 0 });
        expect(idsOf(await claimWith(given))).toEqual([waiting]);
      }),
    );

    it(
      "is held no longer than its generation had time for the job, with a grace of a minute",
      withStore(create, async (given) => {
        const { claim, waiting } = await runningAndWaiting(given);
        await abandon(given, claim);
        const next = () => given.store.nextDueInMs({ models: ["demo"], topics: [], limits: one });
        expect(await next()).toBe(899_000);
        given.advance(958_999);
        const query = { forMs: 0, limits: one };
        expect(await given.store.unservedModels(query)).toEqual([]);
        expect((await given.store.readQueue()).oldestDueMs).toBe(0);
        given.advance(1);
        expect(await given.store.unservedModels(query)).toEqual(["demo"]);
        expect((await given.store.readQueue()).oldestDueMs).toBeGreaterThan(900_000);
        expect(idsOf(await claimWith(given))).toEqual([waiting]);
        expect((await claimItems(given)).map(({ capacity }) => capacity)).toEqual([null]);
      }),
    );

    it(
      "is held for a minute if it reached its deadline",
      withStore(create, async (given) => {
        await runningAndWaiting(given);
        await given.scenario.accepted({ ...gated, deadlineMs: 7_200_000 });
        given.advance(900_000);
        for (const overdue of await claimWith(given))
          await given.scenario.settle(overdue, { type: "failed", code: "deadline_exceeded" });
        given.advance(59_999);
        expect((await given.store.gateCapacities(query)).map(({ capacity }) => capacity)).toEqual([0]);
        given.advance(1);
        expect((await given.store.gateCapacities(query)).map(({ capacity }) => capacity)).toEqual([1]);
      }),
    );

    it(
      "is held while its worker delays the item",
      withStore(create, async (given) => {
        const { claim } = await runningAndWaiting(given);
        await abandon(given, claim);
        const [item] = await claimItems(given);
        await given.store.failOutbox({ id: item?.id ?? 0, tries: 1, error: null, dueInMs: 250 });
        given.advance(249);
        expect(await claimItems(given)).toEqual([]);
        given.advance(1);
        expect(await claimItems(given)).toMatchObject([{ tries: 2, capacity: { leftMs: 958_750 } }]);
        expect(await claimWith(given)).toEqual([]);
      }),
    );

    it(
      "is one, although a late response names the job again, and none after a late result",
      withStore(create, async (given) => {
        const { scenario, store } = given;
        await scenario.accepted(gated);
        await scenario.accepted(gated);
        const [claim] = await claimWith(given);
        if (claim === undefined) throw new Error("A generation was expected.");
        await scenario.intent(claim, "attempt-1");
        await store.endByOperator({
          action: { actor: "grace", action: "end", subject: claim.generation.id, reason: "test" },
          id: claim.generation.id,
          announceTo: [],
          refund: { credits: 0, reason: "failed:ended_by_operator 100%" },
        });
        const inFlight = async () => {
          const [gate] = await store.gateCapacities({
            models: ["demo"],
            limits: [{ key: "fal", concurrency: 5, rate: null }],
          });
          return 5 - (gate?.capacity ?? 0);
        };
        expect(await inFlight()).toBe(1);
        await scenario.operation(claim, "attempt-1");
        expect(await inFlight()).toBe(1);
        expect((await claimItems(given)).map(({ job, capacity }) => [job.operation, capacity !== null])).toEqual([
          [null, false],
          [{ job: 1 }, true],
        ]);
        await scenario.result(claim, "attempt-1");
        expect(await inFlight()).toBe(0);
      }),
    );

    it(
      "is held at the gate of its own attempt, wherever its generation has moved",
      withStore(create, async (given) => {
        const { scenario, store } = given;
        await scenario.accepted(gated);
        await scenario.accepted(gated);
        const [claim] = await claimWith(given);
        if (claim === undefined) throw new Error("A generation was expected.");
        await scenario.intent(claim, "attempt-1");
        await scenario.park(claim, { to: "retry_wait", dueInMs: 60_000, gate: "bfl" });
        await scenario.operation(claim, "attempt-1");
        expect((await store.gateCapacities(query)).map(({ capacity }) => capacity)).toEqual([0]);
      }),
    );

    it(
      "is none without a gate",
      withStore(create, async (given) => {
        const { claim } = { claim: (await given.scenario.running()).id };
        given.advance(1_000);
        await given.scenario.settle(await given.scenario.claimOne(claim), { type: "failed", code: "internal" });
        expect((await claimItems(given)).map(({ capacity }) => capacity)).toEqual([null]);
      }),
    );

    it(
      "is none if a clock that was far ahead wrote its end",
      withStore(create, async (given) => {
        given.advance(86_400_000);
        const { claim, waiting } = await runningAndWaiting(given);
        await abandon(given, claim);
        given.advance(-86_400_000);
        expect(idsOf(await claimWith(given))).toContain(waiting);
      }),
    );
  });
}
