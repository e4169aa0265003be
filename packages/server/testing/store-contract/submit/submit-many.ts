import { describe, expect, it } from "vitest";
import type { SubmitManyCommand } from "../../../src/lib/ports/store/submit-commands.js";
import { type CreateStore, type Scenario, withStore } from "../scenario.js";

const groupId = "grp_00000000-0000-7000-8000-000000000001";
const idempotencyKey = { keyHash: "key", fingerprint: "body", keepMs: 60_000 };

/** A submit of one generation for each price. */
function manyOf(
  scenario: Scenario,
  credits: readonly [number, ...number[]],
  change: Partial<SubmitManyCommand> = {},
): SubmitManyCommand {
  const { retryOf: _, ...command } = scenario.command({ ...(change.ownerId && { ownerId: change.ownerId }) });
  const item = (price: number) => ({
    id: scenario.id(),
    input: { prompt: `for ${price} \u0000 \ud800` },
    parsedInput: { prompt: "parsed" },
    requestedOutputs: 2,
    storagePrefix: scenario.token(),
    credits: price,
    refunds: { dropped: 50 },
  });
  const [first, ...others] = credits;
  return { ...command, groupId, items: [item(first), ...others.map(item)], ...change };
}

/** Contract of `submitMany`: all generations of a group or none, in one commit. */
export function describeSubmitMany(create: CreateStore): void {
  describe("a submit of several generations", () => {
    it(
      "inserts and debits all of them, in order",
      withStore(create, async ({ scenario, store }) => {
        await scenario.accepted();
        const command = manyOf(scenario, [1, 2, 3], { scope: "poster", metadata: { board: 7 } });
        const verdict = await store.submitMany(command);
        if (verdict.type !== "accepted") throw new Error(verdict.type);
        expect(verdict.balance).toBe(90);
        const { generations } = verdict;
        expect(generations.map(({ id }) => id)).toEqual(command.items.map(({ id }) => id));
        expect(generations.map(({ sequence, credits }) => [sequence, credits])).toEqual([
          [2, 1],
          [3, 2],
          [4, 3],
        ]);
        expect(generations[2]).toMatchObject({
          ownerId: "ada",
          state: "queued",
          groupId,
          scope: "poster",
          metadata: { board: 7 },
          input: command.items[2]?.input,
          requestedOutputs: 2,
          storagePrefix: command.items[2]?.storagePrefix,
          refunds: { dropped: 50 },
          retryOf: null,
        });
        expect(await store.listGroup({ ownerId: "ada", groupId })).toEqual({ generations, sequence: 4 });
        for (const generation of generations) {
          expect(await store.get({ ownerId: "ada", id: generation.id })).toStrictEqual(generation);
        }
        const { entries } = await store.listCredits({ accountId: "ada", limit: 3, before: null });
        expect(entries.map(({ generationId, amount }) => [generationId, amount])).toEqual(
          generations.map(({ id, credits }) => [id, -credits]).toReversed(),
        );
        const { changed } = await scenario.changes("ada", 1);
        expect(changed.map(({ id }) => id)).toEqual(generations.map(({ id }) => id));
        expect(await scenario.claim()).toHaveLength(4);
      }),
    );

    it(
      "has one earliest start and one expiry",
      withStore(create, async ({ scenario, store, advance }) => {
        const command = manyOf(scenario, [1, 1], { notBefore: 1_800_000_060_000, expiresAfterMs: 5_000 });
        expect(await store.submitMany(command)).toMatchObject({
          generations: [
            { expiresAt: 1_800_000_065_000 },
            { notBefore: 1_800_000_060_000, deadlineAt: 1_800_000_065_000 },
          ],
        });
        expect(await scenario.claim()).toEqual([]);
        advance(60_000);
        expect((await scenario.claim()).map(({ generation }) => generation.startedDeadlineAt)).toEqual([
          1_800_000_960_000, 1_800_000_960_000,
        ]);
      }),
    );

    it(
      "writes nothing if the balance covers all but one",
      withStore(create, async ({ scenario, store }) => {
        const verdict = await store.submitMany(manyOf(scenario, [40, 40, 21], { idempotencyKey }));
        expect(verdict).toEqual({ type: "insufficient_credits", required: 101, available: 100 });
        expect(await store.listGroup({ ownerId: "ada", groupId })).toMatchObject({ generations: [] });
        expect(await store.findSubmission({ ownerId: "ada", keyHash: "key" })).toBeNull();
        expect(await scenario.balance()).toBe(100);
        expect(await store.submitMany(manyOf(scenario, [40, 40, 20]))).toMatchObject({ type: "accepted", balance: 0 });
      }),
    );

    it(
      "counts each toward the cap and the rate",
      withStore(create, async ({ scenario, store, advance }) => {
        const limits = { maxActive: 4, rate: { requests: 5, perMs: 5_000 }, refunds: null };
        const other = await scenario.accepted({ limits });
        const submit = (credits: readonly [number, ...number[]], maxActive = 4) =>
          store.submitMany({
            ...manyOf(scenario, credits),
            groupId: `grp_${credits.length}`,
            limits: { ...limits, maxActive },
          });
        expect(await submit([1, 1, 1, 1])).toEqual({ type: "too_many_active", activeIds: [other] });
        expect(await submit([1, 1, 1])).toMatchObject({ type: "accepted", rate: { remaining: 1, resetMs: 4_000 } });
        expect(await submit([1, 1], 50)).toEqual({
          type: "rate_limited",
          rate: { remaining: 0, retryAfterMs: 1_000, resetMs: 5_000 },
        });
        expect(await scenario.balance()).toBe(93);
        advance(1_000);
        expect(await submit([1, 1])).toMatchObject({ type: "too_many_active" });
        expect(await submit([1, 1], 50)).toMatchObject({ type: "accepted", balance: 91 });
      }),
    );

    it(
      "spends the initial grant on the first ones, which keep it when they are refunded after a transfer",
      withStore(create, async ({ scenario, store }) => {
        await scenario.buy("eve", 10);
        const command = manyOf(scenario, [3, 4, 5], { initialGrant: 5 });
        expect(await store.submitMany(command)).toMatchObject({ type: "insufficient_credits", available: 5 });
        await scenario.buy("ada", 20);
        expect(await store.submitMany(command)).toMatchObject({ type: "accepted", balance: 13 });
        expect(await store.transferOwner({ from: "ada", to: "eve", credits: "move", initialGrant: 0 })).toMatchObject({
          type: "transferred",
        });
        for (const { id } of command.items) await store.requestCancel({ ownerId: "eve", id });
        // Five of the twelve credits were the grant, which stays.
        expect([await scenario.balance("ada"), await scenario.balance("eve")]).toEqual([5, 30]);
      }),
    );

    it(
      "creates a new owner and account, and returns the same verdict for a repeated command",
      withStore(create, async ({ scenario, store }) => {
        const command = manyOf(scenario, [1, 2], { ownerId: "new", accountId: "new", idempotencyKey });
        const first = await store.submitMany(command);
        expect(first).toMatchObject({ type: "accepted", balance: 97 });
        expect(await store.submitMany(command)).toEqual(first);
        expect(await scenario.balance("new")).toBe(97);
        const [{ id }] = command.items;
        const known = { fingerprint: "body", generationId: id, groupId };
        expect(await store.findSubmission({ ownerId: "new", keyHash: "key" })).toMatchObject(known);
        await store.requestCancel({ ownerId: "new", id });
        await store.remove({ ownerId: "new", id });
        expect(await store.submitMany(command)).toMatchObject({ type: "accepted", generations: [{ credits: 2 }] });
        expect(await store.findSubmission({ ownerId: "new", keyHash: "key" })).toMatchObject({
          ...known,
          generation: null,
        });
      }),
    );

    it(
      "replays a used key, and refuses it for another request",
      withStore(create, async ({ scenario, store }) => {
        await store.submitMany(manyOf(scenario, [1, 2], { idempotencyKey }));
        const again = { ...manyOf(scenario, [1, 2], { idempotencyKey }), groupId: "grp_2" };
        expect(await store.submitMany(again)).toEqual({ type: "replayed" });
        const other = { ...idempotencyKey, fingerprint: "other" };
        expect(await store.submitMany({ ...again, idempotencyKey: other })).toEqual({ type: "mismatch" });
        expect(await store.listGroup({ ownerId: "ada", groupId: "grp_2" })).toMatchObject({ generations: [] });
        expect(await scenario.balance()).toBe(97);
      }),
    );

    it(
      "accepts one of two groups that race for the balance",
      withStore(create, async ({ scenario, store }) => {
        await scenario.accepted({ credits: 0 });
        const submit = (name: string) => store.submitMany({ ...manyOf(scenario, [30, 30]), groupId: name });
        const verdicts = await Promise.all(["grp_1", "grp_2", "grp_3"].map(submit));
        expect(verdicts.map(({ type }) => type).toSorted()).toEqual([
          "accepted",
          "insufficient_credits",
          "insufficient_credits",
        ]);
        expect(await scenario.balance()).toBe(40);
      }),
    );

    it(
      "lists a group for its owner only, and follows it to another one",
      withStore(create, async ({ scenario, store }) => {
        const command = manyOf(scenario, [1, 2]);
        await store.submitMany(command);
        const idsOf = async (ownerId: string) =>
          (await store.listGroup({ ownerId, groupId })).generations.map(({ id }) => id);
        expect([await idsOf("ada"), await idsOf("eve")]).toEqual([command.items.map(({ id }) => id), []]);
        await store.transferOwner({ from: "ada", to: "eve", credits: "leave", initialGrant: 0 });
        expect([await idsOf("ada"), await idsOf("eve")]).toEqual([[], command.items.map(({ id }) => id)]);
        expect(await store.submitMany(command)).toEqual({ type: "replayed" });
      }),
    );

    it(
      "refuses a late request of an erased owner",
      withStore(create, async ({ scenario, store }) => {
        await scenario.accepted();
        const after = await store.erasurePosition();
        const [id = ""] = (await store.listActive(everything)).active.map((generation) => generation.id);
        await store.requestCancel({ ownerId: "ada", id });
        await store.eraseOwner({ ownerId: "ada", pseudonym: "gone", limit: 10, ownerMarks: ["mark"] });
        const erasures = { ownerMarks: ["mark"], after };
        expect(await store.submitMany({ ...manyOf(scenario, [1, 2]), erasures })).toEqual({ type: "owner_erased" });
      }),
    );
  });
}

const everything = {
  ownerId: "ada",
  scope: null,
  activeLimit: 10,
  unseenLimit: 0,
  unseenForMs: 0,
  maxUnseenCount: 0,
} as const;
