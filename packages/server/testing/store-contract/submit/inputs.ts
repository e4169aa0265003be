import { describe, expect, it } from "vitest";
import type { RecordInputCommand } from "../../../src/lib/ports/store/input-store.js";
import type { Store } from "../../../src/lib/ports/store/store.js";
import { type CreateStore, withStore } from "../scenario.js";

const dayMs = 86_400_000;

/** Contract of uploads: owner, rate, quota, retention and deletion of their bytes. */
export function describeInputs(create: CreateStore): void {
  const image = (number: number, change: Partial<RecordInputCommand> = {}): RecordInputCommand => ({
    id: `inp_00000000-0000-7000-8000-${String(number).padStart(12, "0")}`,
    ownerId: "ada",
    storageKey: `image-${number}/0-abc`,
    contentType: "image/png",
    byteLength: 100,
    sha256: "abc",
    width: 512,
    height: 256,
    durationMs: null,
    rate: null,
    ...change,
  });
  const add = async (store: Store, number: number, change: Partial<RecordInputCommand> = {}): Promise<string> => {
    const command = image(number, change);
    expect(await store.recordInput(command)).toEqual({ type: "recorded" });
    return command.id;
  };
  const idsOf = async (store: Store, ownerId: string, ids: readonly string[]) =>
    (await store.touchInputs({ ownerId, ids })).map(({ id }) => id).toSorted();
  const exists = async (store: Store, id: string) => (await store.getInput({ id })) !== null;
  const claimDeletedKeys = async (store: Store) => {
    const items = await store.claimOutbox({ models: [], topics: ["delete_objects"], limit: 100, leaseMs: 1_000 });
    return items.flatMap((item) => (item.topic === "delete_objects" ? item.keys : [])).toSorted();
  };

  describe("uploads", () => {
    it(
      "are returned as recorded, once for a repeated command",
      withStore(create, async ({ store }) => {
        const { rate: _, ...input } = image(1);
        const id = await add(store, 1);
        await add(store, 1);
        expect(await store.getInput({ id })).toEqual(input);
        expect(await store.touchInputs({ ownerId: "ada", ids: [id] })).toEqual([input]);
        expect(await store.getInput({ id: image(2).id })).toBeNull();
      }),
    );

    it(
      "may be videos, and audio files without a size",
      withStore(create, async ({ store }) => {
        const video = await add(store, 1, { contentType: "video/mp4", durationMs: 2_500 });
        const audio = await add(store, 2, { contentType: "audio/mpeg", width: null, height: null, durationMs: 900 });
        const facts = { contentType: "audio/mpeg", width: null, height: null, durationMs: 900 };
        expect(await store.getInput({ id: video })).toMatchObject({
          contentType: "video/mp4",
          width: 512,
          durationMs: 2_500,
        });
        expect(await store.getInput({ id: audio })).toMatchObject(facts);
        expect(await store.touchInputs({ ownerId: "ada", ids: [audio] })).toEqual([expect.objectContaining(facts)]);
      }),
    );

    it(
      "are found by their owner only, and only by id",
      withStore(create, async ({ store }) => {
        const mine = [await add(store, 1), await add(store, 2)];
        const [first = ""] = mine;
        const bobs = await add(store, 3, { ownerId: "bob" });
        expect(await idsOf(store, "ada", [first, bobs, image(4).id])).toEqual([first]);
        expect(await idsOf(store, "ada", mine)).toEqual(mine);
        expect(await idsOf(store, "eve", mine)).toEqual([]);
        expect(await idsOf(store, "ada", [])).toEqual([]);
      }),
    );

    it(
      "are limited in rate for each owner; a repeated command does not count",
      withStore(create, async ({ store, advance }) => {
        const rate = { requests: 2, perMs: 1_000 };
        await add(store, 1, { rate });
        advance(400);
        await add(store, 2, { rate });
        await add(store, 2, { rate });
        expect(await store.recordInput(image(3, { rate }))).toEqual({ type: "rate_limited", retryAfterMs: 600 });
        expect(await exists(store, image(3).id)).toBe(false);
        await add(store, 4, { rate, ownerId: "bob" });
        advance(599);
        expect(await store.recordInput(image(3, { rate }))).toEqual({ type: "rate_limited", retryAfterMs: 1 });
        advance(1);
        await add(store, 3, { rate });
        expect(await store.recordInput(image(5, { rate }))).toEqual({ type: "rate_limited", retryAfterMs: 400 });
      }),
    );

    it(
      "have a byte quota for each owner, which a purge frees",
      withStore(create, async ({ store, advance }) => {
        const maxOwnerBytes = 250;
        await add(store, 1, { maxOwnerBytes });
        await add(store, 2, { maxOwnerBytes });
        // A repeat counts once.
        await add(store, 2, { maxOwnerBytes });
        expect(await store.recordInput(image(3, { maxOwnerBytes }))).toEqual({ type: "quota_exceeded" });
        expect(await exists(store, image(3).id)).toBe(false);
        await add(store, 4, { maxOwnerBytes, byteLength: 50 });
        await add(store, 5, { maxOwnerBytes, ownerId: "bob" });
        advance(dayMs);
        await store.purgeInputs({ unusedForMs: dayMs, limit: 1 });
        await add(store, 6, { maxOwnerBytes });
      }),
    );

    it(
      "free their quota and rate at once when they are dropped, and their bytes are deleted after the delay",
      withStore(create, async ({ store, advance }) => {
        const limits = { maxOwnerBytes: 100, rate: { requests: 1, perMs: 60_000 } };
        const id = await add(store, 1, limits);
        for (let repeat = 0; repeat < 2; repeat += 1) await store.dropInput({ id, delayMs: 5_000 });
        expect(await exists(store, id)).toBe(false);
        await add(store, 2, limits);
        advance(4_999);
        expect(await claimDeletedKeys(store)).toEqual([]);
        advance(1);
        expect(await claimDeletedKeys(store)).toEqual(["image-1/0-abc"]);
        expect(await exists(store, image(2).id)).toBe(true);
      }),
    );

    it(
      "have a wait that `inputWaitMs` returns in advance",
      withStore(create, async ({ store, advance }) => {
        const rate = { requests: 2, perMs: 1_000 };
        const wait = (ownerId = "ada") => store.inputWaitMs({ ownerId, rate });
        expect(await wait()).toBe(0);
        await add(store, 1, { rate });
        expect(await wait()).toBe(0);
        advance(400);
        await add(store, 2, { rate });
        expect([await wait(), await wait("bob")]).toEqual([600, 0]);
        advance(599);
        expect(await wait()).toBe(1);
        advance(1);
        expect(await wait()).toBe(0);
        await add(store, 3, { rate });
        expect(await wait()).toBe(400);
      }),
    );

    it(
      "are purged when no submit used them for the retention time, with their bytes",
      withStore(create, async ({ store, advance }) => {
        const purge = (limit = 10) => store.purgeInputs({ unusedForMs: dayMs, limit });
        const unused = await add(store, 1);
        const used = await add(store, 2);
        const theirs = await add(store, 3, { ownerId: "bob" });
        advance(dayMs - 1);
        await store.touchInputs({ ownerId: "ada", ids: [used] });
        // A lookup by another owner does not count as a use.
        await store.touchInputs({ ownerId: "ada", ids: [theirs] });
        expect(await purge()).toBe(0);
        advance(1);
        expect(await purge(1)).toBe(1);
        expect(await purge()).toBe(1);
        expect(await purge()).toBe(0);
        expect(await Promise.all([unused, theirs, used].map((id) => exists(store, id)))).toEqual([false, false, true]);
        expect(await claimDeletedKeys(store)).toEqual(["image-1/0-abc", "image-3/0-abc"]);
        advance(dayMs - 1);
        expect(await purge()).toBe(1);
        expect(await claimDeletedKeys(store)).toContain("image-2/0-abc");
      }),
    );

    it(
      "are kept when a submit uses one during a purge",
      withStore(create, async ({ store, advance }) => {
        const id = await add(store, 1);
        advance(dayMs);
        const [purged, found] = await Promise.all([
          store.purgeInputs({ unusedForMs: dayMs, limit: 10 }),
          store.touchInputs({ ownerId: "ada", ids: [id] }),
        ]);
        // The first command wins: an image that a submit has found is not purged.
        const isKept = found.length === 1;
        expect([purged, await exists(store, id)]).toEqual([isKept ? 0 : 1, isKept]);
        expect(await claimDeletedKeys(store)).toEqual(isKept ? [] : ["image-1/0-abc"]);
      }),
    );

    it(
      "are deleted with their owner in batches, and no others",
      withStore(create, async ({ scenario, store }) => {
        const numbers = [1, 2, 3, 4, 5];
        for (const number of numbers) await add(store, number);
        const bobs = await add(store, 6, { ownerId: "bob" });
        const active = await scenario.accepted();
        await store.requestCancel({ ownerId: "ada", id: active });
        const erase = () => store.eraseOwner({ ownerId: "ada", pseudonym: scenario.token(), limit: 2 });
        // A store that sends a command twice may erase two batches.
        expect(await erase()).toMatchObject({ isErased: false });
        while (!(await erase()).isErased);
        expect(await claimDeletedKeys(store)).toEqual(numbers.map((number) => `image-${number}/0-abc`));
        expect(await exists(store, image(1).id)).toBe(false);
        expect(await idsOf(store, "bob", [bobs])).toEqual([bobs]);
      }),
    );

    it(
      "are deleted with an owner who has nothing else",
      withStore(create, async ({ store }) => {
        await add(store, 1);
        expect(await store.eraseOwner({ ownerId: "ada", pseudonym: "deleted_1", limit: 10 })).toMatchObject({
          isErased: true,
        });
        expect(await claimDeletedKeys(store)).toEqual(["image-1/0-abc"]);
      }),
    );

    it(
      "are transferred to another owner, with their rate",
      withStore(create, async ({ store }) => {
        const id = await add(store, 1);
        const bobs = await add(store, 2, { ownerId: "bob" });
        const cyds = await add(store, 3, { ownerId: "cyd" });
        expect(await store.transferOwner({ from: "ada", to: "bob", credits: "leave", initialGrant: 0 })).toEqual({
          type: "transferred",
          teamIds: [],
        });
        expect(await idsOf(store, "ada", [id])).toEqual([]);
        expect(await idsOf(store, "bob", [id, bobs, cyds])).toEqual([id, bobs]);
        const rate = { requests: 2, perMs: 1_000 };
        expect(await store.recordInput(image(4, { ownerId: "bob", rate }))).toMatchObject({ type: "rate_limited" });
      }),
    );

    it(
      "stay with their owner when a transfer is refused because of a shared account",
      withStore(create, async ({ scenario, store }) => {
        const id = await add(store, 1);
        await scenario.accepted({ ownerId: "cyd", accountId: "ada" });
        const transfer = { from: "ada", to: "bob", credits: "move", initialGrant: 0 } as const;
        expect(await store.transferOwner(transfer)).toMatchObject({ type: "shared_account" });
        expect(await idsOf(store, "ada", [id])).toEqual([id]);
      }),
    );
  });
}
