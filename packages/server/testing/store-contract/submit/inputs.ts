import { describe, expect, it } from "vitest";
import type { RecordInputCommand } from "../../../src/lib/ports/store/input-store.js";
import type { Store } from "../../../src/lib/ports/store/store.js";
import { type CreateStore, withStore } from "../scenario.js";

const dayMs = 86_400_000;

/** Uploaded pictures: whose they are, how long they stay, and where their bytes go. */
export function describeInputs(create: CreateStore): void {
  const picture = (number: number, change: Partial<RecordInputCommand> = {}): RecordInputCommand => ({
    id: `inp_00000000-0000-7000-8000-${String(number).padStart(12, "0")}`,
    ownerId: "ada",
    storageKey: `picture-${number}/0-abc`,
    contentType: "image/png",
    byteLength: 100,
    sha256: "abc",
    width: 512,
    height: 256,
    rate: null,
    ...change,
  });
  const add = async (store: Store, number: number, change: Partial<RecordInputCommand> = {}): Promise<string> => {
    const command = picture(number, change);
    expect(await store.recordInput(command)).toEqual({ type: "recorded" });
    return command.id;
  };
  const idsOf = async (store: Store, ownerId: string, ids: readonly string[]) =>
    (await store.findInputs({ ownerId, ids })).map(({ id }) => id).toSorted();
  const isThere = async (store: Store, id: string) => (await store.getInput({ id })) !== null;
  const deleted = async (store: Store) => {
    const items = await store.claimOutbox({ models: [], topics: ["delete_objects"], limit: 100, leaseMs: 1_000 });
    return items.flatMap((item) => (item.topic === "delete_objects" ? item.keys : [])).toSorted();
  };

  describe("uploaded pictures", () => {
    it(
      "are there as they were recorded, once",
      withStore(create, async ({ store }) => {
        const { rate: _, ...input } = picture(1);
        const id = await add(store, 1);
        await add(store, 1);
        expect(await store.getInput({ id })).toEqual(input);
        expect(await store.findInputs({ ownerId: "ada", ids: [id] })).toEqual([input]);
        expect(await store.getInput({ id: picture(2).id })).toBeNull();
      }),
    );

    it(
      "are found by their owner alone, and no others than those that are asked for",
      withStore(create, async ({ store }) => {
        const mine = [await add(store, 1), await add(store, 2)];
        const [first = ""] = mine;
        const bobs = await add(store, 3, { ownerId: "bob" });
        expect(await idsOf(store, "ada", [first, bobs, picture(4).id])).toEqual([first]);
        expect(await idsOf(store, "ada", mine)).toEqual(mine);
        expect(await idsOf(store, "eve", mine)).toEqual([]);
        expect(await idsOf(store, "ada", [])).toEqual([]);
      }),
    );

    it(
      "come as often as the limit says, for each owner on their own, and a repeat is no further one",
      withStore(create, async ({ store, advance }) => {
        const rate = { requests: 2, perMs: 1_000 };
        await add(store, 1, { rate });
        advance(400);
        await add(store, 2, { rate });
        await add(store, 2, { rate });
        expect(await store.recordInput(picture(3, { rate }))).toEqual({ type: "rate_limited", retryAfterMs: 600 });
        expect(await isThere(store, picture(3).id)).toBe(false);
        await add(store, 4, { rate, ownerId: "bob" });
        advance(599);
        expect(await store.recordInput(picture(3, { rate }))).toEqual({ type: "rate_limited", retryAfterMs: 1 });
        advance(1);
        await add(store, 3, { rate });
        expect(await store.recordInput(picture(5, { rate }))).toEqual({ type: "rate_limited", retryAfterMs: 400 });
      }),
    );

    it(
      "have a quota of bytes per owner, which expired images free",
      withStore(create, async ({ store, advance }) => {
        const maxOwnerBytes = 250;
        await add(store, 1, { maxOwnerBytes });
        await add(store, 2, { maxOwnerBytes });
        // A repeat counts once.
        await add(store, 2, { maxOwnerBytes });
        expect(await store.recordInput(picture(3, { maxOwnerBytes }))).toEqual({ type: "quota_exceeded" });
        expect(await isThere(store, picture(3).id)).toBe(false);
        await add(store, 4, { maxOwnerBytes, byteLength: 50 });
        await add(store, 5, { maxOwnerBytes, ownerId: "bob" });
        advance(dayMs);
        await store.purgeInputs({ unusedForMs: dayMs, limit: 1 });
        await add(store, 6, { maxOwnerBytes });
      }),
    );

    it(
      "that could not be stored free their quota and rate at once, and their bytes are deleted later",
      withStore(create, async ({ store, advance }) => {
        const limits = { maxOwnerBytes: 100, rate: { requests: 1, perMs: 60_000 } };
        const id = await add(store, 1, limits);
        for (let repeat = 0; repeat < 2; repeat += 1) await store.dropInput({ id, delayMs: 5_000 });
        expect(await isThere(store, id)).toBe(false);
        await add(store, 2, limits);
        advance(4_999);
        expect(await deleted(store)).toEqual([]);
        advance(1);
        expect(await deleted(store)).toEqual(["picture-1/0-abc"]);
        expect(await isThere(store, picture(2).id)).toBe(true);
      }),
    );

    it(
      "are waited for as long as recording one would say, which a read tells beforehand",
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
      "go when no submit has referred to them for so long, and their bytes follow",
      withStore(create, async ({ store, advance }) => {
        const purge = (limit = 10) => store.purgeInputs({ unusedForMs: dayMs, limit });
        const unused = await add(store, 1);
        const used = await add(store, 2);
        const theirs = await add(store, 3, { ownerId: "bob" });
        advance(dayMs - 1);
        await store.findInputs({ ownerId: "ada", ids: [used] });
        // Whoever is not the owner keeps nothing.
        await store.findInputs({ ownerId: "ada", ids: [theirs] });
        expect(await purge()).toBe(0);
        advance(1);
        expect(await purge(1)).toBe(1);
        expect(await purge()).toBe(1);
        expect(await purge()).toBe(0);
        expect(await Promise.all([unused, theirs, used].map((id) => isThere(store, id)))).toEqual([false, false, true]);
        expect(await deleted(store)).toEqual(["picture-1/0-abc", "picture-3/0-abc"]);
        advance(dayMs - 1);
        expect(await purge()).toBe(1);
        expect(await deleted(store)).toContain("picture-2/0-abc");
      }),
    );

    it(
      "stay where a submit refers to one while it is being forgotten",
      withStore(create, async ({ store, advance }) => {
        const id = await add(store, 1);
        advance(dayMs);
        const [purged, found] = await Promise.all([
          store.purgeInputs({ unusedForMs: dayMs, limit: 10 }),
          store.findInputs({ ownerId: "ada", ids: [id] }),
        ]);
        // Whoever comes first decides: what a submit was told of is there.
        const isKept = found.length === 1;
        expect([purged, await isThere(store, id)]).toEqual([isKept ? 0 : 1, isKept]);
        expect(await deleted(store)).toEqual(isKept ? [] : ["picture-1/0-abc"]);
      }),
    );

    it(
      "go with their owner, some at a time, and nobody else's",
      withStore(create, async ({ scenario, store }) => {
        for (const number of [1, 2, 3]) await add(store, number);
        const bobs = await add(store, 4, { ownerId: "bob" });
        const active = await scenario.accepted();
        await store.requestCancel({ ownerId: "ada", id: active });
        const erase = (pseudonym: string) => store.eraseOwner({ ownerId: "ada", pseudonym, limit: 2 });
        expect(await erase("deleted_1")).toMatchObject({ isErased: false });
        expect(await erase("deleted_2")).toMatchObject({ isErased: true });
        expect(await deleted(store)).toEqual(["picture-1/0-abc", "picture-2/0-abc", "picture-3/0-abc"]);
        expect(await isThere(store, picture(1).id)).toBe(false);
        expect(await idsOf(store, "bob", [bobs])).toEqual([bobs]);
      }),
    );

    it(
      "go with an owner who has nothing else",
      withStore(create, async ({ store }) => {
        await add(store, 1);
        expect(await store.eraseOwner({ ownerId: "ada", pseudonym: "deleted_1", limit: 10 })).toMatchObject({
          isErased: true,
        });
        expect(await deleted(store)).toEqual(["picture-1/0-abc"]);
      }),
    );

    it(
      "are given to another owner with everything else, and their limit with them",
      withStore(create, async ({ store }) => {
        const id = await add(store, 1);
        const bobs = await add(store, 2, { ownerId: "bob" });
        const cyds = await add(store, 3, { ownerId: "cyd" });
        expect(await store.transferOwner({ from: "ada", to: "bob", credits: "leave", initialGrant: 0 })).toBe(
          "transferred",
        );
        expect(await idsOf(store, "ada", [id])).toEqual([]);
        expect(await idsOf(store, "bob", [id, bobs, cyds])).toEqual([id, bobs]);
        const rate = { requests: 2, perMs: 1_000 };
        expect(await store.recordInput(picture(4, { ownerId: "bob", rate }))).toMatchObject({ type: "rate_limited" });
      }),
    );

    it(
      "stay where nothing is given away, as where others have paid from the account",
      withStore(create, async ({ scenario, store }) => {
        const id = await add(store, 1);
        await scenario.accepted({ ownerId: "cyd", accountId: "ada" });
        const transfer = { from: "ada", to: "bob", credits: "move", initialGrant: 0 } as const;
        expect(await store.transferOwner(transfer)).toBe("shared_account");
        expect(await idsOf(store, "ada", [id])).toEqual([id]);
      }),
    );
  });
}
