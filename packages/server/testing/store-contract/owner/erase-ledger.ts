import { describe, expect, it } from "vitest";
import { type CreateStore, type Given, withStore } from "../scenario.js";

/** Contract of the ledger of an erased owner. It is audited after each test. */
export function describeEraseLedger(create: CreateStore): void {
  const erase = async ({ store }: Given, ownerId: string, pseudonym = "deleted_00") => {
    for (;;) {
      const { active } = await store.listActive({
        ownerId,
        scope: null,
        activeLimit: 100,
        unseenLimit: 0,
        unseenForMs: 0,
        maxUnseenCount: 100,
      });
      for (const { id } of active) await store.requestCancel({ ownerId, id });
      if ((await store.eraseOwner({ ownerId, pseudonym, limit: 100 })).isErased) return;
    }
  };

  const entriesOf = async ({ store }: Given, accountId: string) =>
    (await store.listCredits({ accountId, limit: 100, before: null })).entries.map(({ kind, amount, reason }) => [
      kind,
      amount,
      reason,
    ]);

  describe("the ledger entries of an erased owner", () => {
    it(
      "keep the server's reasons, however short the owner id is",
      withStore(create, async (given) => {
        const { scenario, store } = given;
        // Both ids occur in the server's reasons, such as "100%", and one of them in each of its keys.
        for (const ownerId of ["1", "e"]) {
          const failed = await scenario.accepted({ ownerId });
          await scenario.settle(await scenario.claimOne(failed), { type: "failed", code: "internal" });
          await store.requestCancel({ ownerId, id: await scenario.accepted({ ownerId }) });
          await erase(given, ownerId, `deleted_${ownerId}`);
          expect(await entriesOf(given, `deleted_${ownerId}`)).toEqual([
            ["refund", 4, "canceled:withdrawn 100%"],
            ["debit", -4, null],
            ["refund", 4, "failed:internal 100%"],
            ["debit", -4, null],
            ["grant", 100, "initial"],
          ]);
        }
      }),
    );

    it(
      "lose the host's keys and reasons",
      withStore(create, async (given) => {
        const { store } = given;
        const movement = { accountId: "ada", initialGrant: 100 } as const;
        const gift = { ...movement, kind: "grant", reason: "for Ada Lovelace", amount: 5, key: "mail to ADA" } as const;
        await store.adjust(gift);
        await store.adjust({ ...movement, kind: "adjustment", amount: -3, reason: "her mug", key: "mug" });
        await erase(given, "ada");
        expect((await entriesOf(given, "deleted_00")).slice(0, 2)).toEqual([
          ["adjustment", -3, null],
          ["grant", 5, null],
        ]);
        // A kept key would make this command a replay.
        expect(await store.adjust({ ...gift, accountId: "deleted_00" })).toMatchObject({ type: "applied" });
      }),
    );

    it(
      "stay in an account that another owner pays from, even after the account's owner is erased",
      withStore(create, async (given) => {
        const { scenario, store, advance } = given;
        const founder = { ownerId: "member", accountId: "founder", initialGrant: 1_000 };
        await store.remove({ ownerId: "founder", id: await scenario.completed(advance, { ownerId: "founder" }) });
        const movement = { accountId: "founder", amount: 1_000, initialGrant: 0, reason: "invoice", key: "1" } as const;
        await store.adjust({ ...movement, kind: "grant" });
        await scenario.accepted(founder);
        await erase(given, "founder");
        expect(await scenario.submit(founder)).toMatchObject({ type: "accepted", balance: 1_088 });
        expect(await store.adjust({ ...movement, kind: "grant" })).toMatchObject({ type: "replayed" });
        await erase(given, "member", "deleted_01");
        expect(await scenario.balance("founder")).toBe(1_096);
        expect([await scenario.balance("deleted_00"), await scenario.balance("deleted_01")]).toEqual([null, null]);
        const { entries } = await store.listCredits({ accountId: "founder", limit: 100, before: null });
        const owners = new Set(entries.map(({ ownerId }) => ownerId));
        expect(owners).toEqual(new Set([null, "deleted_00", "deleted_01"]));
      }),
    );

    it(
      "stay in the account when another owner starts to pay from it between two batches",
      withStore(create, async (given) => {
        const { scenario, store } = given;
        for (let count = 0; count < 3; count += 1) {
          await store.requestCancel({ ownerId: "ada", id: await scenario.accepted() });
        }
        await store.eraseOwner({ ownerId: "ada", pseudonym: "deleted_00", limit: 1 });
        await scenario.accepted({ ownerId: "bob", accountId: "ada" });
        await erase(given, "ada", "deleted_01");
        expect(await scenario.balance("ada")).toBe(96);
      }),
    );
  });
}
