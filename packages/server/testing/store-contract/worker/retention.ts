import { describe, expect, it } from "vitest";
import { lateBytesMs } from "../../../src/lib/ports/late-bytes.js";
import type { SubmitCommand } from "../../../src/lib/ports/store/submit-commands.js";
import { type CreateStore, type Given, withStore } from "../scenario.js";

const dayMs = 86_400_000;
const failed = { type: "failed", code: "internal" } as const;

/** Contract of the retention of ended generations. */
export function describeRetention(create: CreateStore): void {
  const purge = ({ store }: Given, limit = 100) => store.purgeGenerations({ endedForMs: dayMs, limit });
  const exists = async ({ store }: Given, id: string, ownerId = "ada") => (await store.get({ ownerId, id })) !== null;
  const prefixes = async ({ store }: Given) => {
    const items = await store.claimOutbox({ models: ["demo"], topics: ["delete_prefix"], limit: 100, leaseMs: 1_000 });
    for (const item of items) await store.confirmOutbox(item);
    return items.map((item) => (item.topic === "delete_prefix" ? item.prefix : item.topic)).toSorted();
  };
  /** A generation that was canceled without an attempt, so it has no objects. */
  const canceled = async ({ scenario, store }: Given, change: Partial<SubmitCommand> = {}) => {
    const id = await scenario.accepted(change);
    await store.requestCancel({ ownerId: change.ownerId ?? "ada", id });
    return id;
  };
  /** Purges the generations of the other owner first, so that all results are the test's own. */
  const afterFirstPurge = (test: (given: Given) => Promise<void>) =>
    withStore(create, async (given) => {
      given.advance(dayMs);
      expect(await purge(given)).toMatchObject({ ownerIds: ["zoe"], nextInMs: null });
      await test(given);
    });

  describe("generations that ended long ago", () => {
    it(
      "are purged like `remove` deletes them",
      afterFirstPurge(async (given) => {
        const { scenario, store, advance } = given;
        const idempotencyKey = { keyHash: "key", fingerprint: "body", keepMs: 7 * dayMs };
        const id = await scenario.completed(advance, { metadata: { a: 1 }, idempotencyKey });
        const removed = await scenario.completed(advance, { storagePrefix: "by hand" });
        const before = await store.get({ ownerId: "ada", id });
        advance(lateBytesMs);
        await store.remove({ ownerId: "ada", id: removed });
        expect(await prefixes(given)).toEqual(["by hand"]);
        const { sequence } = await scenario.changes("ada");
        advance(dayMs);
        expect(await purge(given)).toMatchObject({ ownerIds: ["ada"], nextInMs: null });

        const [one, other] = [await store.getEnded({ id }), await store.getEnded({ id: removed })];
        const own = {
          id,
          createdAt: 0,
          startedAt: 0,
          finishedAt: 0,
          touchedAt: 0,
          deadlineAt: 0,
          rank: 0,
          version: 0,
          sequence: 0,
        };
        expect(one).toMatchObject({ isDeleted: true, generation: { input: null, metadata: null, outputs: [] } });
        expect({ ...one?.generation, ...own }).toEqual({ ...other?.generation, ...own, storagePrefix: "prefix-1" });
        expect(one?.generation.version).toBe((before?.version ?? 0) + 1);
        expect(await exists(given, id)).toBe(false);
        expect(await store.getOutput({ id, index: 0 })).toBeNull();
        expect((await store.findAttempt({ generationId: id, attempt: 1 }))?.attempt).toMatchObject({ operation: null });
        expect(await prefixes(given)).toEqual(["prefix-1"]);

        expect(await scenario.changes("ada", sequence)).toMatchObject({
          changed: [],
          deleted: [{ id, sequence: sequence + 1 }],
          sequence: sequence + 1,
        });
        expect(await scenario.balance()).toBe(92);
        expect(await store.findSubmission({ ownerId: "ada", keyHash: "key" })).toMatchObject({ generation: null });
        expect(await scenario.submit({ idempotencyKey })).toMatchObject({ type: "replayed", generation: null });
      }),
    );

    it(
      "are purged to the millisecond, and the time of the next purge is returned",
      afterFirstPurge(async (given) => {
        const { advance } = given;
        const first = await canceled(given);
        advance(500);
        const second = await canceled(given);
        advance(dayMs - 501);
        expect(await purge(given)).toMatchObject({ ownerIds: [], nextInMs: 1 });
        advance(1);
        expect(await purge(given)).toMatchObject({ ownerIds: ["ada"], nextInMs: 500 });
        expect([await exists(given, first), await exists(given, second)]).toEqual([false, true]);
        advance(499);
        expect(await purge(given)).toMatchObject({ ownerIds: [], nextInMs: 1 });
        advance(100);
        expect(await purge(given)).toMatchObject({ ownerIds: ["ada"], nextInMs: null });
        expect(await exists(given, second)).toBe(false);
      }),
    );

    it(
      "are purged for every owner, state and model, seen or unseen; active ones are kept",
      afterFirstPurge(async (given) => {
        const { scenario, store, advance } = given;
        const seen = await scenario.completed(advance);
        await store.markSeen({ ownerId: "ada", ids: [seen] });
        const bobs = await canceled(given, { ownerId: "bob", model: "retired" });
        const cyds = await scenario.accepted({ ownerId: "cyd" });
        await scenario.settle(await scenario.claimOne(cyds), failed);
        const active = await scenario.running({ ownerId: "cyd", deadlineMs: 9 * dayMs });
        advance(dayMs);
        const { ownerIds, nextInMs } = await purge(given);
        expect([ownerIds.toSorted(), nextInMs]).toEqual([["ada", "bob", "cyd"], null]);
        expect(await exists(given, seen)).toBe(false);
        expect(await exists(given, bobs, "bob")).toBe(false);
        expect(await exists(given, cyds, "cyd")).toBe(false);
        advance(7 * dayMs);
        expect(await purge(given)).toMatchObject({ ownerIds: [], nextInMs: null });
        const { generation, attempt } = await scenario.claimOne(active.id);
        expect([generation.input, attempt?.operation]).toEqual([{ prompt: "a cat" }, { job: 1 }]);
      }),
    );

    it(
      "receive the next sequences of their own owner",
      afterFirstPurge(async (given) => {
        const { scenario, store, advance } = given;
        const owners = ["ada", "bob", "ada", "bob", "ada"];
        for (const ownerId of owners) await canceled(given, { ownerId });
        const kept = await scenario.accepted({ ownerId: "dan", deadlineMs: 9 * dayMs });
        const { sequences: before } = await store.sequencesOf(["ada", "bob", "dan", "zoe"]);
        advance(dayMs);
        await canceled(given, { ownerId: "bob" });
        await purge(given);
        const deletedSequences = async (ownerId: string) =>
          (await scenario.changes(ownerId, before.get(ownerId))).deleted.map(({ sequence }) => sequence);
        expect(await deletedSequences("ada")).toEqual([7, 8, 9]);
        // Its sequences 5 and 6 are a submit and its cancel.
        expect(await deletedSequences("bob")).toEqual([7, 8]);
        const { sequences: after } = await store.sequencesOf(["ada", "bob", "dan", "zoe"]);
        expect(Object.fromEntries(after)).toEqual({ ...Object.fromEntries(before), ada: 9, bob: 8 });
        expect(await exists(given, kept, "dan")).toBe(true);
      }),
    );

    it(
      "are purged in batches, oldest first, even if many ended at the same time",
      afterFirstPurge(async (given) => {
        const { scenario, advance } = given;
        const early = await canceled(given, { ownerId: "bob" });
        advance(1);
        for (let count = 0; count < 10; count += 1) await canceled(given);
        advance(1);
        const late = await canceled(given, { ownerId: "bob" });
        advance(dayMs);
        const { ownerIds, nextInMs } = await purge(given, 4);
        expect([ownerIds.toSorted(), nextInMs]).toEqual([["ada", "bob"], 0]);
        expect([await exists(given, early, "bob"), await exists(given, late, "bob")]).toEqual([false, true]);
        expect(await purge(given, 4)).toMatchObject({ ownerIds: ["ada"], nextInMs: 0 });
        expect((await purge(given, 4)).nextInMs).toBeNull();
        expect(await exists(given, late, "bob")).toBe(false);
        expect(await purge(given, 4)).toMatchObject({ ownerIds: [], nextInMs: null });
        expect((await scenario.changes("ada")).deleted).toHaveLength(10);
      }),
    );

    it(
      "are purged once by concurrent commands",
      afterFirstPurge(async (given) => {
        const { scenario, advance } = given;
        for (let count = 0; count < 3; count += 1) await scenario.completed(advance);
        const { sequence } = await scenario.changes("ada");
        advance(dayMs);
        await Promise.all([purge(given), purge(given), purge(given)]);
        expect(await prefixes(given)).toEqual(["prefix-1", "prefix-2", "prefix-3"]);
        expect(await scenario.changes("ada", sequence)).toMatchObject({ sequence: sequence + 3 });
      }),
    );

    it(
      "cause no write if there are none",
      afterFirstPurge(async (given) => {
        const { scenario } = given;
        await scenario.accepted();
        const before = await scenario.changes("ada");
        expect(await purge(given)).toMatchObject({ ownerIds: [], nextInMs: null });
        expect(await scenario.changes("ada")).toEqual(before);
        expect(await prefixes(given)).toEqual([]);
      }),
    );
  });

  describe("generations that ended long ago, of an owner", () => {
    it(
      "who is erased at the same time, are deleted once",
      afterFirstPurge(async (given) => {
        const { scenario, store, advance } = given;
        await scenario.completed(advance);
        advance(dayMs);
        await Promise.all([purge(given), store.eraseOwner({ ownerId: "ada", pseudonym: "deleted_1", limit: 10 })]);
        expect(await prefixes(given)).toEqual(["prefix-1"]);
        expect(await purge(given)).toMatchObject({ ownerIds: [], nextInMs: null });
      }),
    );

    it(
      "who is erased afterwards, keep only the pseudonym",
      afterFirstPurge(async (given) => {
        const { scenario, store, advance } = given;
        const id = await scenario.completed(advance);
        advance(dayMs);
        await purge(given);
        expect(await store.eraseOwner({ ownerId: "ada", pseudonym: "deleted_1", limit: 10 })).toMatchObject({
          isErased: true,
        });
        expect(await prefixes(given)).toEqual(["prefix-1"]);
        expect((await store.getEnded({ id }))?.generation.ownerId).toBe("deleted_1");
      }),
    );

    it(
      "who transferred them, are purged for the new owner after the same time",
      afterFirstPurge(async (given) => {
        const { scenario, store, advance } = given;
        const id = await scenario.completed(advance);
        advance(dayMs - 1);
        await store.transferOwner({ from: "ada", to: "bob", credits: "leave", initialGrant: 0 });
        const { sequence } = await scenario.changes("bob");
        const before = await store.sequencesOf(["ada"]);
        expect(await purge(given)).toMatchObject({ ownerIds: [], nextInMs: 1 });
        advance(1);
        expect(await purge(given)).toMatchObject({ ownerIds: ["bob"], nextInMs: null });
        expect((await scenario.changes("bob", sequence)).deleted).toEqual([{ id, sequence: sequence + 1 }]);
        expect(await store.sequencesOf(["ada"])).toEqual(before);
      }),
    );

    it(
      "who transfers them at the same time, are purged once",
      afterFirstPurge(async (given) => {
        const { scenario, store, advance } = given;
        const id = await scenario.completed(advance);
        advance(dayMs);
        const transfer = { from: "ada", to: "bob", credits: "leave", initialGrant: 0 } as const;
        await Promise.all([purge(given), store.transferOwner(transfer)]);
        expect((await scenario.changes("bob")).deleted.map((entry) => entry.id)).toEqual([id]);
        expect((await scenario.changes("ada", 0)).deleted).toEqual([]);
        expect(await prefixes(given)).toEqual(["prefix-1"]);
      }),
    );
  });
}
