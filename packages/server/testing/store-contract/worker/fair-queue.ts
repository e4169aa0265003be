import { describe, expect, it } from "vitest";
import type { SubmitCommand } from "../../../src/lib/ports/store/submit-commands.js";
import { type CreateStore, type Given, withStore } from "../scenario.js";

const free = { credits: 0, limits: { maxActive: null, rate: null, refunds: null } };

/** Submits a generation, a millisecond after the one before. */
async function submit({ scenario, advance }: Given, change: Partial<SubmitCommand> = {}): Promise<string> {
  const id = await scenario.accepted({ ...free, ...change });
  advance(1);
  return id;
}

/** Claims all waiting generations, one at a time: their owners, in the order of the queue. */
async function order({ scenario, store }: Given): Promise<readonly string[]> {
  const owners: string[] = [];
  for (;;) {
    const command = { models: ["demo"], limit: 1, leaseMs: 30_000, token: scenario.token() };
    const [claim] = await store.claim(command);
    if (claim === undefined) return owners;
    owners.push(claim.generation.ownerId);
  }
}

const one = [{ key: "fal", concurrency: 1, rate: null }];

/** The owners of the generations at the full gate of another one, in the order in which it lets them in. */
async function orderAtGate({ scenario, store }: Given): Promise<readonly string[]> {
  const claim = () =>
    store.claim({ models: ["demo"], limit: 20, leaseMs: 30_000, token: scenario.token(), limits: one });
  let [claimed] = await scenario.claimOnly(await scenario.accepted({ ...free, ownerId: "eve", gate: "fal" }));
  expect(await claim()).toEqual([]);
  const owners: string[] = [];
  while (claimed !== undefined) {
    await scenario.settle(claimed, { type: "failed", code: "provider_failed" });
    [claimed] = await claim();
    if (claimed !== undefined) owners.push(claimed.generation.ownerId);
  }
  return owners;
}

/** The time of the store. */
async function readTime({ scenario, store }: Given): Promise<number> {
  const id = await scenario.accepted({ ...free, ownerId: "clock", model: "other" });
  return (await store.get({ ownerId: "clock", id }))?.createdAt ?? Number.NaN;
}

/** Contract of the order in which generations wait. */
export function describeFairQueue(create: CreateStore): void {
  describe("the queue", () => {
    it(
      "lets one generation of an owner pass the many of another owner",
      withStore(create, async (given) => {
        for (let count = 0; count < 30; count += 1) await submit(given);
        await submit(given, { ownerId: "bob" });
        await submit(given, { ownerId: "eve" });
        expect((await order(given)).slice(0, 4)).toEqual(["ada", "bob", "eve", "ada"]);
      }),
    );

    it(
      "lists the first ones of a gate, or without one, in the order in which they are claimed",
      withStore(create, async (given) => {
        const { scenario, store } = given;
        const first = await submit(given, { gate: "fal" });
        const second = await submit(given, { gate: "fal" });
        const other = await submit(given, { gate: "fal", ownerId: "bob" });
        const ungated = await submit(given);
        await submit(given, { notBefore: 1_900_000_000_000 });
        await submit(given, { gate: "openai" });
        const ids = async (gate: string | null, limit = 101) =>
          (await store.readWaiting({ gate, limit })).waiting.map(({ id }) => id);
        expect(await ids("fal")).toEqual([first, other, second]);
        expect(await ids("fal", 2)).toEqual([first, other]);
        expect(await ids(null)).toEqual([ungated]);
        expect(await ids("none")).toEqual([]);
        const { now, waiting } = await store.readWaiting({ gate: "fal", limit: 1 });
        expect({ now, rank: waiting[0]?.rank }).toEqual({ now: 1_800_000_000_006, rank: 1_800_000_060_000 });
        // A claimed one has left the queue; one that is parked until later has not come back.
        const [claim] = await store.claim({ models: ["demo"], limit: 1, leaseMs: 30_000, token: scenario.token() });
        if (claim === undefined) throw new Error("A claim was expected.");
        const left = await ids(claim.generation.gate);
        expect(left).not.toContain(claim.generation.id);
        await scenario.park(claim, { dueInMs: 60_000 });
        expect(await ids(claim.generation.gate)).toEqual(left);
      }),
    );

    it(
      "takes the owners in turn, each in the order of its submits",
      withStore(create, async (given) => {
        for (let count = 0; count < 3; count += 1) await submit(given);
        for (let count = 0; count < 3; count += 1) await submit(given, { ownerId: "bob" });
        expect(await order(given)).toEqual(["ada", "bob", "ada", "bob", "ada", "bob"]);
      }),
    );

    it(
      "gives each generation of a group a turn of its own, and the next submit the one after them",
      withStore(create, async (given) => {
        const { scenario, store } = given;
        await submit(given);
        const { retryOf: _, ...command } = scenario.command(free);
        const item = () => ({
          ...{ id: scenario.id(), input: {}, parsedInput: {}, requestedOutputs: 1 },
          ...{ storagePrefix: scenario.token(), credits: 0, refunds: null },
        });
        const groupId = "grp_00000000-0000-7000-8000-000000000001";
        expect(await store.submitMany({ ...command, groupId, items: [item(), item()] })).toMatchObject({
          type: "accepted",
        });
        await submit(given);
        for (let count = 0; count < 3; count += 1) await submit(given, { ownerId: "bob" });
        expect(await order(given)).toEqual(["ada", "bob", "ada", "bob", "ada", "bob", "ada"]);
      }),
    );

    it(
      "takes a generation of a group with a higher priority first",
      withStore(create, async (given) => {
        const { scenario, store } = given;
        await submit(given, { ownerId: "bob" });
        const { retryOf: _, ...command } = scenario.command(free);
        const item = (priority: number) => ({
          ...{ id: scenario.id(), input: {}, parsedInput: {}, requestedOutputs: 1 },
          ...{ storagePrefix: scenario.token(), credits: 0, refunds: null, priority },
        });
        const groupId = "grp_00000000-0000-7000-8000-000000000001";
        await store.submitMany({ ...command, groupId, items: [item(0), item(9)] });
        expect(await order(given)).toEqual(["ada", "bob", "ada"]);
      }),
    );

    it(
      "continues the turns of an owner whose newest generations are scheduled",
      withStore(create, async (given) => {
        await submit(given);
        for (let count = 0; count < 25; count += 1) await submit(given, { notBefore: 1_900_000_000_000 });
        await submit(given);
        await submit(given, { ownerId: "bob" });
        expect(await order(given)).toEqual(["ada", "bob", "ada"]);
      }),
    );

    it(
      "does not make an owner wait for turns that are over: nothing of that owner waits any more",
      withStore(create, async (given) => {
        for (let count = 0; count < 5; count += 1) await submit(given);
        expect(await order(given)).toHaveLength(5);
        await submit(given);
        await submit(given, { ownerId: "bob" });
        expect(await order(given)).toEqual(["ada", "bob"]);
      }),
    );

    it(
      "counts the turns of an owner's waiting generations only, also while another one waits at a full gate",
      withStore(create, async (given) => {
        const { scenario } = given;
        await submit(given, { gate: "fal", model: "video" });
        for (let count = 0; count < 5; count += 1) await submit(given);
        const ended = await scenario.claim(5);
        expect(ended).toHaveLength(5);
        for (const claim of ended) await scenario.settle(claim, { type: "failed", code: "provider_failed" });
        await submit(given);
        await submit(given);
        for (const ownerId of ["bob", "cid", "cid", "cid"]) await submit(given, { ownerId });
        expect(await order(given)).toEqual(["bob", "cid", "ada", "cid", "ada", "cid"]);
      }),
    );

    it(
      "takes a higher priority first, and the lower one after some minutes all the same",
      withStore(create, async (given) => {
        await submit(given, { ownerId: "low" });
        await submit(given, { ownerId: "high", priority: 9 });
        given.advance(8 * 60_000);
        await submit(given, { ownerId: "later", priority: 9 });
        given.advance(2 * 60_000);
        await submit(given, { ownerId: "last", priority: 9 });
        expect(await order(given)).toEqual(["high", "later", "low", "last"]);
      }),
    );

    it(
      "does not let an owner gain turns by priority",
      withStore(create, async (given) => {
        for (let count = 0; count < 4; count += 1) await submit(given, { priority: 1 });
        await submit(given, { ownerId: "bob", priority: 1 });
        expect((await order(given)).slice(0, 3)).toEqual(["ada", "bob", "ada"]);
      }),
    );

    it(
      "does not let an owner gain turns by a higher priority than that of a waiting generation",
      withStore(create, async (given) => {
        await submit(given);
        for (let count = 0; count < 3; count += 1) await submit(given, { priority: 1 });
        for (let count = 0; count < 2; count += 1) await submit(given, { ownerId: "bob", priority: 1 });
        expect(await order(given)).toEqual(["bob", "ada", "ada", "bob", "ada", "ada"]);
      }),
    );

    it(
      "keeps the turn of a guest who signs in",
      withStore(create, async (given) => {
        const { store } = given;
        for (let count = 0; count < 3; count += 1) await submit(given, { ownerId: "guest" });
        await store.transferOwner({ from: "guest", to: "ada", credits: "leave", initialGrant: 0 });
        await submit(given);
        await submit(given, { ownerId: "bob" });
        expect((await order(given)).slice(0, 3)).toEqual(["ada", "bob", "ada"]);
      }),
    );

    it.each([
      ["at the same time", (start: number) => start],
      ["each a second before the one before", (start: number, number: number) => start - number * 1_000],
      ["with a priority", (start: number) => start, 1],
    ])("takes the owners in turn if one of them has scheduled its generations %s", (_, startOf, priority = 0) =>
      withStore(create, async (given) => {
        const start = (await readTime(given)) + 20_000;
        for (let number = 0; number < 4; number += 1) {
          await submit(given, { gate: "fal", notBefore: startOf(start, number), priority });
          // Another turn of the owner is none of the scheduled ones.
          await submit(given, { model: "other" });
        }
        given.advance(20_000);
        for (const ownerId of ["bob", "bob", "cid"]) await submit(given, { ownerId, gate: "fal", priority });
        expect(await orderAtGate(given)).toEqual(["ada", "bob", "cid", "ada", "bob", "ada", "ada"]);
      })(),
    );

    it(
      "gives a scheduled group turns of its own, also if it starts before another one of the owner",
      withStore(create, async (given) => {
        const { scenario, store, advance } = given;
        const start = (await readTime(given)) + 300_000;
        const { retryOf: _, ...command } = scenario.command({ ...free, gate: "fal" });
        const item = () => ({
          ...{ id: scenario.id(), input: {}, parsedInput: {}, requestedOutputs: 1 },
          ...{ storagePrefix: scenario.token(), credits: 0, refunds: null },
        });
        const groupId = "grp_00000000-0000-7000-8000-00000000000";
        const items = () => [item(), item(), item()] as const;
        await store.submitMany({ ...command, groupId: `${groupId}1`, notBefore: start, items: items() });
        await store.submitMany({ ...command, groupId: `${groupId}2`, notBefore: start - 120_000, items: items() });
        advance(300_001);
        for (let count = 0; count < 6; count += 1) await submit(given, { ownerId: "bob", gate: "fal" });
        expect(await orderAtGate(given)).toEqual(Array.from({ length: 6 }, () => ["ada", "bob"]).flat());
      }),
    );

    it(
      "does not delay a submit by what its owner has scheduled for later",
      withStore(create, async (given) => {
        const notBefore = (await readTime(given)) + 3_600_000;
        await submit(given);
        for (let number = 0; number < 5; number += 1) await submit(given, { notBefore });
        await submit(given);
        for (const ownerId of ["bob", "bob"]) await submit(given, { ownerId });
        expect(await order(given)).toEqual(["ada", "bob", "ada", "bob"]);
      }),
    );

    it(
      "takes work in progress by its due time, beside the waiting generations",
      withStore(create, async (given) => {
        const { scenario, store, advance } = given;
        const { id } = await scenario.running(free);
        for (let count = 0; count < 40; count += 1) await submit(given);
        advance(1_000);
        const claims = await store.claim({ models: ["demo"], limit: 2, leaseMs: 30_000, token: scenario.token() });
        expect(claims.map(({ generation }) => generation.id)).toContain(id);
      }),
    );

    it(
      "is not held up by generations that are parked until later",
      withStore(create, async (given) => {
        const { scenario } = given;
        for (let count = 0; count < 40; count += 1) await submit(given);
        for (const claim of await scenario.claim(40)) await scenario.park(claim, { dueInMs: 200_000 });
        const id = await submit(given, { ownerId: "bob" });
        const [claim] = await scenario.claim(1);
        expect(claim?.generation.id).toBe(id);
      }),
    );
  });
}
