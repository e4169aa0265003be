import { describe, expect, it } from "vitest";
import { type CreateStore, type Given, withStore } from "../scenario.js";

/** An owner who was forgotten and comes back, watched by a tab that has slept meanwhile. */
export function describeReturningOwners(create: CreateStore): void {
  /** Makes and cancels some: each is two changes. */
  const live = async ({ scenario, store }: Given, generations: number) => {
    for (let count = 0; count < generations; count += 1) {
      await store.requestCancel({ ownerId: "ada", id: await scenario.accepted() });
    }
    return (await scenario.changes("ada")).sequence;
  };

  const erase = async ({ scenario, store }: Given, ownerId = "ada") =>
    expect(await store.eraseOwner({ ownerId, pseudonym: `deleted_${scenario.token()}`, limit: 100 })).toMatchObject({
      isErased: true,
    });

  describe("an owner who comes back", () => {
    it(
      "is not taken for the one before, wherever a tab has stopped and however far the new life has come",
      withStore(create, async (given) => {
        const { scenario } = given;
        const last = await live(given, 2);
        await erase(given);
        await live(given, last);
        for (let sequence = 0; sequence <= last; sequence += 1) {
          const changes = await scenario.changes("ada", sequence);
          expect(changes).toMatchObject({ resync: true, changed: [], deleted: [] });
        }
      }),
    );

    it(
      "is nobody's predecessor either: a second life is as long gone as the first",
      withStore(create, async (given) => {
        const { scenario } = given;
        await live(given, 5);
        await erase(given);
        const last = await live(given, 1);
        await erase(given);
        await live(given, 5);
        expect(await scenario.changes("ada", last)).toMatchObject({ resync: true });
      }),
    );

    it(
      "is followed from before they come, without a gap and without beginning anew",
      withStore(create, async (given) => {
        const { scenario, store } = given;
        await live(given, 3);
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
      "is the same by way of a transfer",
      withStore(create, async (given) => {
        const { scenario, store } = given;
        const last = await live(given, 2);
        await erase(given);
        const ids = [];
        for (let count = 0; count <= last; count += 1) ids.push(await scenario.accepted({ ownerId: "guest" }));
        await store.transferOwner({ from: "guest", to: "ada", credits: "leave", initialGrant: 0 });
        for (let sequence = 0; sequence <= last; sequence += 1) {
          expect(await scenario.changes("ada", sequence)).toMatchObject({ resync: true });
        }
        const { sequence } = await scenario.changes("nobody");
        expect((await scenario.changes("ada", sequence)).changed.map(({ id }) => id)).toEqual(ids);
      }),
    );

    it(
      "begins beyond the longest life that was ever forgotten, whoever's",
      withStore(create, async (given) => {
        const { scenario } = given;
        const last = await live(given, 9);
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
      "finds their beginning among what else is kept, and leaves that alone",
      withStore(create, async (given) => {
        const { scenario, store } = given;
        expect(await store.readSecret("41 words")).toBe("41 words");
        expect((await scenario.changes("ada")).sequence).toBe(0);
        const last = await live(given, 5);
        await erase(given);
        expect((await scenario.changes("ada")).sequence).toBe(last + 2);
        expect(await store.readSecret("another")).toBe("41 words");
      }),
    );

    it(
      "does not take the secret's place by being forgotten first",
      withStore(create, async (given) => {
        await live(given, 1);
        await erase(given);
        expect(await given.store.readSecret("a secret")).toBe("a secret");
      }),
    );

    it(
      "begins beyond nobody who is still there",
      withStore(create, async (given) => {
        const { scenario, store } = given;
        await scenario.accepted();
        expect(await store.eraseOwner({ ownerId: "ada", pseudonym: "deleted_1", limit: 100 })).toMatchObject({
          isErased: false,
        });
        expect((await scenario.changes("nobody")).sequence).toBe(0);
      }),
    );
  });
}
