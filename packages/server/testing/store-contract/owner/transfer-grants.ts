import { describe, expect, it } from "vitest";
import { type CreateStore, withStore } from "../scenario.js";

/** Contract of the initial grant, which stays in its account in a transfer. The ledger is audited after each test. */
export function describeTransferGrants(create: CreateStore): void {
  // The guest has bought credits only.
  const guest = { ownerId: "guest", accountId: "guest", initialGrant: 0 };
  const move = { from: "guest", to: "ada", credits: "move", initialGrant: 10 } as const;
  const failed = { type: "failed", code: "internal" } as const;

  describe("the initial grant in a transfer", () => {
    it(
      "does not move, so that a user cannot collect the grants of several guests",
      withStore(create, async ({ scenario, store, advance }) => {
        for (const from of ["guest-1", "guest-2", "guest-3"]) {
          const settled = { ownerId: from, accountId: from, initialGrant: 100 };
          const queued = await scenario.accepted(settled);
          const { id } = await scenario.running(settled);
          await store.transferOwner({ ...move, from });
          // Later refunds do not move it either.
          await store.requestCancel({ ownerId: "ada", id: queued });
          advance(1_000);
          await scenario.settle(await scenario.claimOne(id), failed);
          await store.transferOwner({ ...move, from });
          expect([await scenario.balance(from), await scenario.balance("ada")]).toEqual([100, 10]);
        }
      }),
    );

    it(
      "does not become bought credits by a transfer and back",
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
      "does not take the bought credits of the next person with the same guest id",
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
      "does not become bought credits when it is spent and returned",
      withStore(create, async ({ scenario, store }) => {
        const movement = { accountId: "guest", kind: "adjustment", reason: null, initialGrant: 100 } as const;
        await store.adjust({ ...movement, accountId: "bob", amount: -100, key: "order" });
        await store.adjust({ ...movement, amount: -100, key: "order" });
        await store.adjust({ ...movement, amount: 30, key: "returned in part" });
        await store.adjust({ ...movement, amount: 90, key: "returned, and more" });
        await store.transferOwner({ ...move, initialGrant: 0 });
        expect([await scenario.balance("guest"), await scenario.balance("ada")]).toEqual([100, 20]);
        // A later purchase does not count as the return of spent credits.
        await store.adjust({ ...movement, amount: -100, key: "another order" });
        await scenario.buy("guest", 70);
        await store.transferOwner({ ...move, initialGrant: 0 });
        expect([await scenario.balance("guest"), await scenario.balance("ada")]).toEqual([0, 90]);
      }),
    );

    it(
      "is refunded last by a partial refund, after the bought credits",
      withStore(create, async ({ scenario, store, advance }) => {
        for (const [percent, left, moved] of [
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
          await scenario.settle(await scenario.claimOne(id), failed);
          expect([await scenario.balance(from), await scenario.balance(to)]).toEqual([left, moved]);
        }
      }),
    );
  });
}
