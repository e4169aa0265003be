import { describe, expect, it } from "vitest";
import type { Store } from "../../../src/lib/ports/store/store.js";
import { type CreateStore, withStore } from "../scenario.js";

const leaseMs = 30_000;

/** Telling an owner once that something has ended. */
export function describeNotices(create: CreateStore): void {
  describe("notices", () => {
    const claimAs = async (store: Store, claim: string, ownerId = "ada") => {
      const command = { ownerId, claim, limit: 2, forMs: 3_600_000, leaseMs };
      return (await store.claimNotices(command)).map(({ id }) => id);
    };

    it(
      "are claimed by one, told, and never claimed again",
      withStore(create, async ({ scenario, store, advance }) => {
        const id = await scenario.completed(advance);
        expect(await claimAs(store, "tab-1")).toEqual([id]);
        expect(await claimAs(store, "tab-2")).toEqual([]);
        await store.confirmNotices({ ownerId: "ada", claim: "tab-1", ids: [id] });
        advance(leaseMs);
        expect(await claimAs(store, "tab-2")).toEqual([]);
        expect(await claimAs(store, "tab-1")).toEqual([]);
      }),
    );

    it(
      "are told one by one, and counted among the owner's own",
      withStore(create, async ({ scenario, store, advance }) => {
        const first = await scenario.completed(advance);
        const second = await scenario.completed(advance);
        const foreign = await scenario.accepted({ ownerId: "bob" });
        await store.requestCancel({ ownerId: "bob", id: foreign });
        const foreigner = await scenario.accepted({ ownerId: "bob" });
        await store.requestCancel({ ownerId: "bob", id: foreigner });
        expect(await claimAs(store, "tab-1")).toEqual([second, first]);
        expect(await claimAs(store, "tab-3", "bob")).toEqual([foreigner, foreign]);
        await store.confirmNotices({ ownerId: "ada", claim: "tab-1", ids: [first] });
        advance(leaseMs);
        expect(await claimAs(store, "tab-2")).toEqual([second]);
      }),
    );

    it(
      "go to one of those who ask at the same time, and the older ones to who asks next",
      withStore(create, async ({ scenario, store, advance }) => {
        const ids: string[] = [];
        for (let count = 0; count < 3; count += 1) ids.push(await scenario.completed(advance));
        const tabs = ["tab-1", "tab-2", "tab-3", "tab-4"];
        const first = (await Promise.all(tabs.map((tab) => claimAs(store, tab)))).flat();
        // The oldest is among them only where one of them asked after another was answered.
        expect(first).toEqual(expect.arrayContaining(ids.slice(1)));
        const told = [...first, ...(await claimAs(store, "tab-5"))];
        expect(told.toSorted()).toEqual(ids);
      }),
    );

    it(
      "are the same again for the same claim, whatever ended since",
      withStore(create, async ({ scenario, store, advance }) => {
        const id = await scenario.completed(advance);
        expect(await claimAs(store, "tab-1")).toEqual([id]);
        const later = await scenario.completed(advance);
        expect(await claimAs(store, "tab-1")).toEqual([id]);
        expect(await claimAs(store, "tab-2")).toEqual([later]);
      }),
    );

    it(
      "go to another when the one who claimed them died before it told",
      withStore(create, async ({ scenario, store, advance }) => {
        const id = await scenario.completed(advance);
        await claimAs(store, "tab-1");
        advance(leaseMs);
        expect(await claimAs(store, "tab-2")).toEqual([id]);
        await store.confirmNotices({ ownerId: "ada", claim: "tab-1", ids: [id] });
        advance(leaseMs);
        expect(await claimAs(store, "tab-3")).toEqual([id]);
      }),
    );

    it(
      "count as told although the lease was over by then, unless another has it",
      withStore(create, async ({ scenario, store, advance }) => {
        const id = await scenario.completed(advance);
        await claimAs(store, "tab-1");
        advance(leaseMs);
        await store.confirmNotices({ ownerId: "ada", claim: "tab-1", ids: [id] });
        expect(await claimAs(store, "tab-2")).toEqual([]);
      }),
    );

    it(
      "are none for what is in progress, was seen, was deleted, ended long ago, or is another owner's",
      withStore(create, async ({ scenario, store, advance }) => {
        await scenario.completed(advance);
        advance(3_600_001);
        const seen = await scenario.completed(advance);
        await store.markSeen({ ownerId: "ada", ids: [seen] });
        const deleted = await scenario.completed(advance);
        await store.remove({ ownerId: "ada", id: deleted });
        await scenario.running();
        expect(await claimAs(store, "tab-1")).toEqual([]);
        const id = await scenario.completed(advance);
        expect(await claimAs(store, "tab-1", "bob")).toEqual([]);
        await claimAs(store, "tab-1");
        await store.confirmNotices({ ownerId: "bob", claim: "tab-1", ids: [id] });
        advance(leaseMs);
        expect(await claimAs(store, "tab-2")).toEqual([id]);
      }),
    );

    it(
      "are no more once seen, also under a claim",
      withStore(create, async ({ scenario, store, advance }) => {
        const id = await scenario.completed(advance);
        await claimAs(store, "tab-1");
        await store.markSeen({ ownerId: "ada", ids: [id] });
        expect(await claimAs(store, "tab-1")).toEqual([]);
      }),
    );

    it(
      "are the newest when there are too many, and change nothing that the owner sees",
      withStore(create, async ({ scenario, store, advance }) => {
        const ids: string[] = [];
        for (let count = 0; count < 3; count += 1) ids.push(await scenario.completed(advance));
        const [, second, third] = ids;
        const before = await store.sequencesOf(["ada"]);
        expect(await claimAs(store, "tab-1")).toEqual([third, second]);
        await store.confirmNotices({ ownerId: "ada", claim: "tab-1", ids });
        expect(await store.sequencesOf(["ada"])).toEqual(before);
        expect(await claimAs(store, "tab-1")).toEqual([ids[0]]);
      }),
    );
  });
}
