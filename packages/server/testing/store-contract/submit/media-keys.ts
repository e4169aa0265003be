import { describe, expect, it } from "vitest";
import { lateBytesMs } from "../../../src/lib/ports/late-bytes.js";
import type { Store } from "../../../src/lib/ports/store/store.js";
import { type CreateStore, output, withStore } from "../scenario.js";

/** Contract of the reads that tell which stored objects rows refer to. */
export function describeMediaKeys(create: CreateStore): void {
  const inUse = async (store: Store, ...keys: readonly string[]) => [...(await store.findKeysInUse(keys))].toSorted();
  const thumbnail = {
    storageKey: "done/0-thumb-abc",
    contentType: "image/webp",
    byteLength: 10,
    width: 64,
    height: 64,
  };

  const dayMs = 86_400_000;

  describe("newestOutputKey", () => {
    it(
      "is a key of the last completed generation that was not deleted",
      withStore(create, async ({ scenario, store, advance }) => {
        const complete = async (storagePrefix: string): Promise<string> => {
          const { id, attemptToken } = await scenario.running({ storagePrefix });
          advance(1_000);
          const claim = await scenario.claimOne(id);
          await scenario.result(claim, attemptToken);
          const outputs = [1, 0].map((index) => output({ index, storageKey: `${storagePrefix}/${index}-abc` }));
          await scenario.settle(claim, { type: "completed", outputs });
          return id;
        };
        expect(await store.newestOutputKey()).toBeNull();
        await complete("first");
        const last = await complete("last");
        await store.requestCancel({ ownerId: "ada", id: await scenario.accepted() });
        expect(await store.newestOutputKey()).toBe("last/0-abc");
        await store.remove({ ownerId: "ada", id: last });
        expect(await store.newestOutputKey()).toBe("first/0-abc");
      }),
    );
  });

  describe("findOutputsBySha256", () => {
    it(
      "finds the outputs of completed and of deleted generations by the hash of their file",
      withStore(create, async ({ scenario, store, advance }) => {
        const sha256 = "a".repeat(64);
        const complete = async (storagePrefix: string, hash: string) => {
          const { id, attemptToken } = await scenario.running({ storagePrefix });
          advance(1_000);
          const claim = await scenario.claimOne(id);
          await scenario.result(claim, attemptToken);
          const outputs = [output({ index: 2, storageKey: `${storagePrefix}/2-abc`, sha256: hash })];
          await scenario.settle(claim, { type: "completed", outputs });
          return claim.generation;
        };
        const { createdAt, id, kind, model } = await complete("first", sha256);
        const other = await complete("other", "b".repeat(64));
        const again = await complete("again", sha256);
        const found = await store.findOutputsBySha256(sha256);
        expect(found).toHaveLength(2);
        expect(found).toContainEqual({
          generationId: id,
          index: 2,
          ownerId: "ada",
          model,
          kind,
          createdAt,
          deletedAt: null,
        });
        expect(found.map(({ generationId }) => generationId)).not.toContain(other.id);
        expect(await store.findOutputsBySha256("c".repeat(64))).toEqual([]);
        await store.remove({ ownerId: "ada", id });
        advance(dayMs);
        await store.purgeGenerations({ endedForMs: dayMs / 2, limit: 1 });
        const kept = await store.findOutputsBySha256(sha256);
        expect(kept.map(({ generationId }) => generationId).toSorted()).toEqual([id, again.id].toSorted());
        const deletedAt = expect.any(Number);
        expect(kept).toContainEqual({ generationId: id, index: 2, ownerId: "ada", model, kind, createdAt, deletedAt });
        await store.purgeGenerations({ endedForMs: dayMs / 2, limit: 9 });
        const deleted = await store.findOutputsBySha256("b".repeat(64));
        expect(deleted).toMatchObject([{ generationId: other.id, deletedAt: expect.any(Number) }]);
      }),
    );
  });

  describe("eraseOwner", () => {
    it(
      "deletes the hashes of outputs, also of generations that were deleted before or end later",
      withStore(create, async ({ scenario, store, advance }) => {
        await store.remove({ ownerId: "ada", id: await scenario.completed(advance) });
        await scenario.completed(advance);
        const bobs = await scenario.completed(advance, { ownerId: "bob" });
        await store.remove({ ownerId: "bob", id: bobs });
        const { sha256 } = output();
        expect(await store.findOutputsBySha256(sha256)).toHaveLength(3);
        const held = await scenario.storing(advance);
        await store.requestCancel({ ownerId: "ada", id: held.generation.id });
        await store.eraseOwner({ ownerId: "ada", pseudonym: "deleted_1", limit: 100 });
        // A worker with a lease still ends its generation.
        expect(await scenario.settle(held, { type: "completed", outputs: [output()] })).toMatchObject({
          type: "applied",
        });
        expect(await store.findOutputsBySha256(sha256)).toMatchObject([{ generationId: bobs }]);
      }),
    );

    it(
      "finds the oldest 100 outputs, in the order of their generations, whichever completed first",
      withStore(create, async ({ scenario, store, advance }) => {
        const sha256 = "a".repeat(64);
        const older = await scenario.storing(advance, { storagePrefix: "older" });
        const newer = await scenario.storing(advance, { storagePrefix: "newer" });
        const complete = async (claim: typeof older, count: number) => {
          const outputs = Array.from({ length: count }, (_, at) =>
            output({ index: count - 1 - at, storageKey: `${claim.generation.id}/${at}`, sha256 }),
          );
          await scenario.settle(claim, { type: "completed", outputs });
        };
        await complete(newer, 100);
        await complete(older, 2);
        const found = (await store.findOutputsBySha256(sha256)).map(({ generationId, index }) => [generationId, index]);
        const expected = [
          [older.generation.id, 0],
          [older.generation.id, 1],
          ...Array.from({ length: 98 }, (_, index) => [newer.generation.id, index]),
        ];
        expect(found).toEqual(expected);
      }),
    );
  });

  describe("keys in use", () => {
    it(
      "include the outputs and thumbnails of a completed generation, and no other object under its prefix",
      withStore(create, async ({ scenario, store, advance }) => {
        const { id, attemptToken } = await scenario.running({ storagePrefix: "done" });
        advance(1_000);
        const claim = await scenario.claimOne(id);
        await scenario.result(claim, attemptToken);
        const outputs = [
          output({ storageKey: "done/0-abc", thumbnail }),
          output({ index: 1, storageKey: "done/1-abc" }),
        ];
        await scenario.settle(claim, { type: "completed", outputs });
        const keys = ["done/0-abc", "done/0-thumb-abc", "done/1-abc", "done/1-other", "done2/0-abc", "other/0-abc"];
        expect(await inUse(store, ...keys)).toEqual(["done/0-abc", "done/0-thumb-abc", "done/1-abc"]);
        expect(await inUse(store, "other/0-abc")).toEqual([]);
        expect(await inUse(store)).toEqual([]);
      }),
    );

    it(
      "include all objects under the prefix of an active generation, even without a row",
      withStore(create, async ({ scenario, store }) => {
        await scenario.accepted({ storagePrefix: "queued" });
        expect(await inUse(store, "queued/0-abc", "queued2/0-abc", "queue/0-abc")).toEqual(["queued/0-abc"]);
        const { id } = await scenario.running({ storagePrefix: "running" });
        expect(await inUse(store, "running/preview-1-abc", "running/0-abc")).toEqual([
          "running/0-abc",
          "running/preview-1-abc",
        ]);
        await store.requestCancel({ ownerId: "ada", id });
        expect(await inUse(store, "running/0-abc")).toEqual(["running/0-abc"]);
      }),
    );

    it(
      "include uploads, and after a purge those that the outbox has not deleted yet",
      withStore(create, async ({ store, advance }) => {
        const input = {
          contentType: "image/png",
          byteLength: 100,
          sha256: "abc",
          width: 8,
          height: 8,
          durationMs: null,
          rate: null,
        };
        const id = "inp_00000000-0000-7000-8000-000000000001";
        await store.recordInput({ id, ownerId: "ada", storageKey: "upload/0-abc", ...input });
        const keys = ["upload/0-abc", "upload/0-abd"];
        expect(await inUse(store, ...keys)).toEqual(["upload/0-abc"]);
        advance(1_000);
        expect(await store.purgeInputs({ unusedForMs: 1_000, limit: 10 })).toBe(1);
        expect(await inUse(store, ...keys)).toEqual(["upload/0-abc"]);
        await drain(store);
        expect(await inUse(store, ...keys)).toEqual([]);
      }),
    );

    it(
      "include the objects of a deleted generation until the outbox has deleted them",
      withStore(create, async ({ scenario, store, advance }) => {
        const id = await scenario.completed(advance, { storagePrefix: "gone" });
        advance(lateBytesMs);
        await store.remove({ ownerId: "ada", id });
        expect(await inUse(store, "gone/0-abc", "gone2/0-abc")).toEqual(["gone/0-abc"]);
        await drain(store);
        expect(await inUse(store, "gone/0-abc")).toEqual([]);
      }),
    );

    it(
      "are found among 10,000 keys, the maximum for a call",
      withStore(create, async ({ scenario, store }) => {
        await scenario.accepted({ storagePrefix: "queued" });
        const keys = Array.from({ length: 9_999 }, (_, index) => `${"0".repeat(32)}${index}/0-${"a".repeat(64)}`);
        expect(await inUse(store, ...keys, "queued/0-abc")).toEqual(["queued/0-abc"]);
      }),
    );
  });
}

async function drain(store: Store): Promise<void> {
  const topics = ["delete_objects", "delete_prefix"] as const;
  for (const { id } of await store.claimOutbox({ models: [], topics, limit: 10, leaseMs: 1_000 })) {
    await store.confirmOutbox({ id });
  }
}
