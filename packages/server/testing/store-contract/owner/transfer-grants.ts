import { describe, expect, it } from "vitest";
import { type CreateStore, withStore } from "../scenario.js";

/** What stays with an account when its credits move: its initial grant. The books are checked after every test. */
export function describeTransferGrants(create: CreateStore): void {
  // All that the guest has was bought.
  const guest = { ownerId: "guest", accountId: "guest", initialGrant: 0 };
  const move = { from: "guest", to: "ada", credits: "move", initialGrant: 10 } as const;
  const failed = { type: "failed", code: "internal" } as const;

  describe("the credits of a transfer that are an initial grant", () => {
    it(
      "do not move as far as they are an initial grant: nobody gets one for each guest that they have been",
      withStore(create, async ({ scenario, store, advance }) => {
        for (const from of ["guest-1", "guest-2", "guest-3"]) {
          const settled = { ownerId: from, accountId: from, initialGrant: 100 };
          const queued = await scenario.accepted(settled);
          const { id } = await scenario.running(settled);
          await store.transferOwner({ ...move, from });
          // Nor by way of what is given back afterwards.
          await store.requestCancel({ ownerId: "ada", id: queued });
          advance(1_000);
          await scenario.settle(await scenario.take(id), failed);
          await store.transferOwner({ ...move, from });
          expect([await scenario.balance(from), await scenario.balance("ada")]).toEqual([100, 10]);
        }
      }),
    );

    it(
      "are not made of an initial grant by going there and back",
      withStore(create, async ({ scenario, store }) => {
        await scenario.submit({ ...guest, initialGrant: 100, credits: 1_000 });
        await scenario.buy("guest");
        const first = await scenario.accepted({ ...guest, credits: 100 });
        const second = await scenario.accepted({ ...guest, credits: 100 });
        await store.transferOwner({ ...move, initialGrant: 100 });
        await store.transferOwner({ from: "ada", to: "guest", credits: "move", initialGrant: 100 });
        await store.requestCancel({ ownerId: "guest", id: first });
        await store.transferOwner({ ...move, initialGrant: 100 });
        expect([await scenario.balance("guest"), await scenario.balance("ada")]).toEqual([100, 100]);
        await store.requestCancel({ ownerId: "ada", id: second });
        expect([await scenario.balance("guest"), await scenario.balance("ada")]).toEqual([100, 200]);
      }),
    );

    it(
      "are those of each person who had a guest's id",
      withStore(create, async ({ scenario, store }) => {
        await scenario.submit({ ...guest, initialGrant: 20, credits: 1_000 });
        const first = await scenario.accepted({ ...guest, credits: 20 });
        await store.transferOwner({ ...move, initialGrant: 0 });
        await scenario.buy("guest", 50);
        await store.requestCancel({ ownerId: "ada", id: first });
        expect([await scenario.balance("guest"), await scenario.balance("ada")]).toEqual([70, 0]);
        await store.transferOwner({ ...move, to: "bob", initialGrant: 0 });
        expect([await scenario.balance("guest"), await scenario.balance("bob")]).toEqual([20, 50]);
      }),
    );

    it(
      "are not made of an initial grant by spending and returning it",
      withStore(create, async ({ scenario, store }) => {
        const movement = { accountId: "guest", kind: "adjustment", reason: null, initialGrant: 100 } as const;
        await store.adjust({ ...movement, accountId: "bob", amount: -100, key: "order" });
        await store.adjust({ ...movement, amount: -100, key: "order" });
        await store.adjust({ ...movement, amount: 30, key: "returned in part" });
        await store.adjust({ ...movement, amount: 90, key: "returned, and more" });
        await store.transferOwner({ ...move, initialGrant: 0 });
        expect([await scenario.balance("guest"), await scenario.balance("ada")]).toEqual([100, 20]);
        // What is bought after spending is not what was spent.
        await store.adjust({ ...movement, amount: -100, key: "another order" });
        await scenario.buy("guest", 70);
        await store.transferOwner({ ...move, initialGrant: 0 });
        expect([await scenario.balance("guest"), await scenario.balance("ada")]).toEqual([0, 90]);
      }),
    );

    it(
      "come back in part: first what was bought",
      withStore(create, async ({ scenario, store, advance }) => {
        for (const [percent, left, come] of [
          [30, 0, 30],
          [40, 0, 40],
          [70, 30, 40],
          [0, 0, 0],
        ] as const) {
          const [from, to] = [`guest-${percent}`, `ada-${percent}`];
          const payer = { ownerId: from, accountId: from, initialGrant: 60 };
          await scenario.submit({ ...payer, credits: 1_000 });
          await scenario.buy(from, 40);
          const { id } = await scenario.running({ ...payer, credits: 100, refunds: { internal: percent } });
          await store.transferOwner({ ...move, from, to, initialGrant: 0 });
          advance(1_000);
          await scenario.settle(await scenario.take(id), failed);
          expect([await scenario.balance(from), await scenario.balance(to)]).toEqual([left, come]);
        }
      }),
    );
  });
}
