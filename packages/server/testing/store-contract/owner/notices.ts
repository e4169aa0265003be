import { describe, expect, it } from "vitest";
import type { Store } from "../../../src/lib/ports/store/store.js";
import { type CreateStore, withStore } from "../scenario.js";

const leaseMs = 30_000;

/** Contract of notices: the owner sees the notice of each end once. */
export function describeNotices(create: CreateStore): void {
  describe("notices", () => {
    const claimAs = async (store: Store, claim: string, ownerId = "ada") => {
      const command = { ownerId, claim, limit: 2, forMs: 3_600_000, leaseMs };
      return (await store.claimNotices(command)).map(({ id }) => id);
    };

    it(
      "are leased to one claim, and never again after they are confirmed",
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
      "are confirmed one by one, and separate for each owner",
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
      "go to one of several concurrent claims; older ones go to the next claim",
      withStore(create, async ({ scenario, store, advance }) => {
        const ids: string[] = [];
        for (let count = 0; count < 3; count += 1) ids.push(await scenario.completed(advance));
        const tabs = ["tab-1", "tab-2", "tab-3", "tab-4"];
        const first = (await Promise.all(tabs.map((tab) => claimAs(store, tab)))).flat();
        // The oldest is among them if the store ran these claims one after another.
        expect(first).toEqual(expect.arrayContaining(ids.slice(1)));
        const claimed = [...first, ...(await claimAs(store, "tab-5"))];
        expect(claimed.toSorted()).toEqual(ids);
      }),
    );

    it(
      "are equal for a repeated claim, even if more have ended than it may claim",
      withStore(create, async ({ scenario, store, advance }) => {
        const first = await scenario.completed(advance);
        const second = await scenario.completed(advance);
        expect(await claimAs(store, "tab-1")).toEqual([second, first]);
        for (let count = 0; count < 3; count += 1) await scenario.completed(advance);
        expect(await claimAs(store, "tab-1")).toEqual([second, first]);
      }),
    );

    it(
      "are equal for a repeated claim, even if more generations have ended",
      withStore(create, async ({ scenario, store, advance }) => {
        const id = await scenario.completed(advance);
        expect(await claimAs(store, "tab-1")).toEqual([id]);
        const later = await scenario.completed(advance);
        expect(await claimAs(store, "tab-1")).toEqual([id]);
        expect(await claimAs(store, "tab-2")).toEqual([later]);
      }),
    );

    it(
      "go to another claim when the lease expires before they are confirmed",
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
      "can be confirmed after the lease has expired, unless another claim holds them",
      withStore(create, async ({ scenario, store, advance }) => {
        const id = await scenario.completed(advance);
        await claimAs(store, "tab-1");
        advance(leaseMs);
        await store.confirmNotices({ ownerId: "ada", claim: "tab-1", ids: [id] });
        expect(await claimAs(store, "tab-2")).toEqual([]);
      }),
    );

    it(
      "exclude generations that are active, seen, deleted, of another owner, or ended too long ago",
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
      "disappear when the generation is marked as seen, even during a lease",
      withStore(create, async ({ scenario, store, advance }) => {
        const id = await scenario.completed(advance);
        await claimAs(store, "tab-1");
        await store.markSeen({ ownerId: "ada", ids: [id] });
        expect(await claimAs(store, "tab-1")).toEqual([]);
      }),
    );

    it(
      "are limited to 1 MiB of inputs and outputs, and the others go to the next claim",
      withStore(create, async ({ scenario, store }) => {
        const ids: string[] = [];
        for (let count = 0; count < 3; count += 1) {
          const id = await scenario.accepted({ input: { prompt: "x".repeat(700_000) } });
          await store.requestCancel({ ownerId: "ada", id });
          ids.unshift(id);
        }
        const claimAll = async (claim: string) => {
          const command = { ownerId: "ada", claim, limit: 20, forMs: 3_600_000, leaseMs };
          return (await store.claimNotices(command)).map(({ id }) => id);
        };
        expect(await claimAll("tab-1")).toEqual(ids.slice(0, 2));
        expect(await claimAll("tab-1")).toEqual(ids.slice(0, 2));
        expect(await claimAll("tab-2")).toEqual(ids.slice(2));
      }),
    );

    it(
      "are limited to the newest, and do not change the owner's sequence",
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
