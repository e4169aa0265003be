import { describe, expect, it } from "vitest";
import { type CreateStore, type Given, withStore } from "../scenario.js";

/** Contract of owner ids that return after an erasure, for watchers with a position from before it. */
export function describeReturningOwners(create: CreateStore): void {
  /** Submits and cancels generations, which makes two changes each. Returns the owner's sequence. */
  const submitAndCancel = async ({ scenario, store }: Given, generations: number) => {
    for (let count = 0; count < generations; count += 1) {
      await store.requestCancel({ ownerId: "ada", id: await scenario.accepted() });
    }
    return (await scenario.changes("ada")).sequence;
  };

  const erase = async ({ scenario, store }: Given, ownerId = "ada") =>
    expect(await store.eraseOwner({ ownerId, pseudonym: `deleted_${scenario.token()}`, limit: 100 })).toMatchObject({
      isErased: true,
    });

  describe("a returning owner", () => {
    it(
      "sends resync to a watcher from before the erasure, at each position",
      withStore(create, async (given) => {
        const { scenario } = given;
        const last = await submitAndCancel(given, 2);
        await erase(given);
        await submitAndCancel(given, last);
        for (let sequence = 0; sequence <= last; sequence += 1) {
          const changes = await scenario.changes("ada", sequence);
          expect(changes).toMatchObject({ resync: true, changed: [], deleted: [] });
        }
      }),
    );

    it(
      "sends resync to a watcher from before the second erasure",
      withStore(create, async (given) => {
        const { scenario } = given;
        await submitAndCancel(given, 5);
        await erase(given);
        const last = await submitAndCancel(given, 1);
        await erase(given);
        await submitAndCancel(given, 5);
        expect(await scenario.changes("ada", last)).toMatchObject({ resync: true });
      }),
    );

    it(
      "is followed without a gap or resync by a watcher from after the erasure",
      withStore(create, async (given) => {
        const { scenario, store } = given;
        await submitAndCancel(given, 3);
        await erase(given);
        const before = await store.listActive({
          ownerId: "ada",
          scope: null,
          activeLimit: 100,
          unseenLimit: 0,
          unseenForMs: 0,
          maxUnseenCount: 100,
        });
        const page = await store.list({
          ownerId: "ada",
          limit: 1,
          after: null,
          status: null,
          model: null,
          scope: null,
        });
        expect(page.sequence).toBe(before.sequence);
        expect(await scenario.changes("ada", before.sequence)).toMatchObject({ resync: false, changed: [] });
        const id = await scenario.accepted();
        const { resync, changed, sequence } = await scenario.changes("ada", before.sequence);
        expect({ resync, sequence }).toEqual({ resync: false, sequence: before.sequence + 1 });
        expect(changed).toMatchObject([{ id, sequence }]);
      }),
    );

    it(
      "sends resync to a watcher from before the erasure when the owner returns by a transfer",
      withStore(create, async (given) => {
        const { scenario, store } = given;
        const last = await submitAndCancel(given, 2);
        await erase(given);
        const ids = [];
        for (let count = 0; count <= last; count += 1) ids.push(await scenario.accepted({ ownerId: "guest" }));
        await store.transferOwner({ from: "guest", to: "ada", credits: "leave", initialGrant: 0 });
        for (let sequence = 0; sequence <= last; sequence += 1) {
          expect(await scenario.changes("ada", sequence)).toMatchObject({ resync: true });
        }
        const { sequence } = await scenario.changes("unknown");
        expect((await scenario.changes("ada", sequence)).changed.map(({ id }) => id)).toEqual(ids);
      }),
    );

    it(
      "starts after the highest sequence of all erased owners",
      withStore(create, async (given) => {
        const { scenario } = given;
        const last = await submitAndCancel(given, 9);
        await scenario.accepted({ ownerId: "bob" });
        await given.store.requestCancel({ ownerId: "bob", id: (await scenario.changes("bob")).changed[0]?.id ?? "" });
        await erase(given);
        const { sequence } = await scenario.changes("ada");
        await erase(given, "bob");
        expect(await scenario.changes("ada", sequence)).toMatchObject({ sequence, resync: false });
        expect(sequence).toBeGreaterThan(last);
      }),
    );

    it(
      "stores the start sequence without a change to the secret",
      withStore(create, async (given) => {
        const { scenario, store } = given;
        expect(await store.readSecret("41 words")).toBe("41 words");
        expect((await scenario.changes("ada")).sequence).toBe(0);
        const last = await submitAndCancel(given, 5);
        await erase(given);
        expect((await scenario.changes("ada")).sequence).toBe(last + 2);
        expect(await store.readSecret("another")).toBe("41 words");
      }),
    );

    it(
      "does not prevent that a secret is stored after the erasure",
      withStore(create, async (given) => {
        await submitAndCancel(given, 1);
        await erase(given);
        expect(await given.store.readSecret("a secret")).toBe("a secret");
      }),
    );

    it(
      "does not start after the sequence of an owner whose erasure has not finished",
      withStore(create, async (given) => {
        const { scenario, store } = given;
        await scenario.accepted();
        expect(await store.eraseOwner({ ownerId: "ada", pseudonym: "deleted_1", limit: 100 })).toMatchObject({
          isErased: false,
        });
        expect((await scenario.changes("unknown")).sequence).toBe(0);
      }),
    );
  });
}
