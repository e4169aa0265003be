import { describe, expect, it } from "vitest";
import { type CreateStore, withStore } from "../scenario.js";

/** Contract of the refunds of active generations after a transfer. The ledger is audited after each test. */
export function describeTransferRefunds(create: CreateStore): void {
  const guest = { ownerId: "guest", accountId: "guest", initialGrant: 0 };
  const move = { from: "guest", to: "ada", credits: "move", initialGrant: 0 } as const;
  const leave = { ...move, credits: "leave" } as const;

  describe("after a transfer, refunds of active generations", () => {
    it(
      "stay in the account of the last transfer with the generation when that account's credits move on",
      withStore(create, async ({ scenario, store }) => {
        await scenario.buy("guest");
        const id = await scenario.accepted(guest);
        await store.transferOwner({ ...move, to: "bob" });
        await store.transferOwner({ ...leave, from: "bob", to: "cyd" });
        await store.transferOwner({ ...move, from: "bob" });
        await store.requestCancel({ ownerId: "cyd", id });
        expect([await scenario.balance("bob"), await scenario.balance("ada")]).toEqual([4, 96]);
      }),
    );

    it(
      "stay in a shared account, whose transfer is refused",
      withStore(create, async ({ scenario, store }) => {
        await scenario.buy("cyd");
        await scenario.buy("guest");
        const theirs = await scenario.accepted({ ...guest, ownerId: "cyd", accountId: "cyd" });
        await store.transferOwner({ ...move, from: "cyd", to: "guest" });
        const mine = await scenario.accepted(guest);
        await scenario.accepted({ ...guest, ownerId: "bob" });
        const before = Number(await scenario.balance("guest"));
        expect(await store.transferOwner(move)).toMatchObject({ type: "shared_account" });
        for (const id of [theirs, mine]) await store.requestCancel({ ownerId: "guest", id });
        expect([await scenario.balance("guest"), await scenario.balance("ada")]).toEqual([before + 8, 0]);
      }),
    );

    it(
      "go to the shared account that paid, and do not reduce the guest's bought credits",
      withStore(create, async ({ scenario, store }) => {
        await scenario.buy("guest");
        await scenario.buy("team");
        const own = await scenario.accepted(guest);
        const paidByTeam = await scenario.accepted({ ...guest, accountId: "team" });
        await store.transferOwner(move);
        for (const id of [own, paidByTeam]) await store.requestCancel({ ownerId: "ada", id });
        expect(await Promise.all(["guest", "team", "ada"].map((each) => scenario.balance(each)))).toEqual([
          0, 100, 100,
        ]);
      }),
    );

    it(
      "are computed without ended generations",
      withStore(create, async ({ scenario, store }) => {
        await scenario.buy("guest");
        const active = await scenario.accepted(guest);
        const ended = await scenario.accepted(guest);
        await store.requestCancel({ ownerId: "guest", id: ended });
        await store.transferOwner(move);
        await store.requestCancel({ ownerId: "ada", id: active });
        expect([await scenario.balance("guest"), await scenario.balance("ada")]).toEqual([0, 100]);
      }),
    );

    it(
      "are computed without generations that the guest paid for and transferred before",
      withStore(create, async ({ scenario, store }) => {
        await scenario.accepted({ ...guest, initialGrant: 4, credits: 0 });
        await scenario.buy("guest");
        await scenario.accepted({ ...guest, id: "gen_00000000-0000-7000-8000-e00000000000" });
        await store.transferOwner({ ...leave, to: "bob" });
        const kept = await scenario.accepted(guest);
        await store.transferOwner(move);
        await store.requestCancel({ ownerId: "ada", id: kept });
        expect([await scenario.balance("guest"), await scenario.balance("ada")]).toEqual([0, 100]);
      }),
    );

    it(
      "that were moved on do not let an initial grant move in their place",
      withStore(create, async ({ scenario, store }) => {
        await scenario.accepted({ ...guest, initialGrant: 10, credits: 0 });
        await scenario.buy("guest");
        const granted = await scenario.accepted({ ...guest, credits: 10 });
        const bought = await scenario.accepted({ ...guest, credits: 20 });
        await store.transferOwner({ ...move, to: "bob" });
        for (const id of [granted, bought]) await store.requestCancel({ ownerId: "bob", id });
        expect([await scenario.balance("guest"), await scenario.balance("bob")]).toEqual([10, 100]);
        await store.transferOwner({ ...move, from: "bob", to: "guest" });
        await store.transferOwner(move);
        expect([await scenario.balance("guest"), await scenario.balance("ada")]).toEqual([10, 100]);
      }),
    );
  });
}
