import { describe, expect, it } from "vitest";
import { type CreateStore, refundOf, withStore } from "../scenario.js";

/** Contract of the credits of a transfer between owners. The ledger is audited after each test. */
export function describeTransferCredits(create: CreateStore): void {
  // The guest has bought credits only.
  const guest = { ownerId: "guest", accountId: "guest", initialGrant: 0 };
  const leave = { from: "guest", to: "ada", credits: "leave", initialGrant: 10 } as const;
  const move = { ...leave, credits: "move" } as const;
  const failed = { type: "failed", code: "internal" } as const;

  describe("the credits of a transfer", () => {
    it(
      "move by a pair of adjustments, in addition to the new account's initial grant",
      withStore(create, async ({ scenario, store }) => {
        await scenario.buy("guest");
        await scenario.accepted(guest);
        await store.transferOwner(move);
        expect([await scenario.balance("guest"), await scenario.balance("ada")]).toEqual([0, 106]);
        for (const [accountId, amount] of [
          ["guest", -96],
          ["ada", 96],
        ] as const) {
          const { entries } = await store.listCredits({ accountId, limit: 1, before: null });
          expect(entries[0]).toMatchObject({ kind: "adjustment", amount, reason: "transferred", generationId: null });
        }
      }),
    );

    it(
      "are refunded to the new account for active generations",
      withStore(create, async ({ scenario, store, advance }) => {
        await scenario.buy("guest");
        const queued = await scenario.accepted(guest);
        const { id } = await scenario.running(guest);
        await store.transferOwner(move);
        expect(await scenario.balance("ada")).toBe(102);
        await store.requestCancel({ ownerId: "ada", id: queued });
        advance(1_000);
        await scenario.settle(await scenario.claimOne(id), failed);
        expect([await scenario.balance("guest"), await scenario.balance("ada")]).toEqual([0, 110]);
        const { entries } = await store.listCredits({ accountId: "guest", limit: 10, before: null });
        expect(entries.filter(({ kind }) => kind === "debit").map(({ ownerId }) => ownerId)).toEqual(["ada", "ada"]);
      }),
    );

    it(
      "are refunded to the last account after several transfers",
      withStore(create, async ({ scenario, store }) => {
        await scenario.buy("guest");
        const id = await scenario.accepted(guest);
        await store.transferOwner({ ...move, to: "bob" });
        await store.transferOwner({ ...move, from: "bob" });
        await store.requestCancel({ ownerId: "ada", id });
        expect(await Promise.all(["guest", "bob", "ada"].map((each) => scenario.balance(each)))).toEqual([0, 10, 110]);
      }),
    );

    it(
      "stay in the old account with `leave`, and are refunded there",
      withStore(create, async ({ scenario, store, advance }) => {
        await scenario.buy("guest");
        const { id } = await scenario.running(guest);
        await store.transferOwner(leave);
        expect([await scenario.balance("guest"), await scenario.balance("ada")]).toEqual([96, null]);
        advance(1_000);
        await scenario.settle(await scenario.claimOne(id), failed);
        expect([await scenario.balance("guest"), await scenario.balance("ada")]).toEqual([100, null]);
        // A later transfer can still move them.
        expect(await store.transferOwner(move)).toMatchObject({ type: "transferred" });
        expect([await scenario.balance("guest"), await scenario.balance("ada")]).toEqual([0, 110]);
      }),
    );

    it(
      "cannot be moved from a shared account, and then nothing is transferred",
      withStore(create, async ({ scenario, store }) => {
        await scenario.buy("guest");
        const idempotencyKey = { keyHash: "key", fingerprint: "body", keepMs: 900_000 };
        const limits = { maxActive: 50, rate: { requests: 1, perMs: 60_000 }, refunds: null };
        const mine = await scenario.accepted({ ...guest, idempotencyKey, limits });
        await scenario.accepted({ ownerId: "bob", accountId: "guest" });
        expect(await store.transferOwner(move)).toMatchObject({ type: "shared_account" });
        expect(await store.findSubmission({ ownerId: "ada", keyHash: "key" })).toBeNull();
        expect(await scenario.submit({ accountId: "other", limits })).toMatchObject({ type: "accepted" });
        expect(await store.get({ ownerId: "guest", id: mine })).toMatchObject({ version: 1 });
        expect(await scenario.balance("guest")).toBe(92);
        expect(await store.transferOwner(leave)).toMatchObject({ type: "transferred" });
        expect(await store.get({ ownerId: "ada", id: mine })).toMatchObject({ accountId: "guest" });
        expect(await scenario.balance("guest")).toBe(92);
      }),
    );

    it(
      "can be moved again when the next person uses the same guest id",
      withStore(create, async ({ scenario, store }) => {
        await scenario.accepted({ ...guest, credits: 0 });
        await store.transferOwner({ ...move, initialGrant: 0 });
        const theirs = await scenario.accepted({ ...guest, credits: 0 });
        await scenario.buy("guest", 50);
        expect(await store.transferOwner({ ...move, to: "bob", initialGrant: 0 })).toMatchObject({
          type: "transferred",
        });
        expect(await store.get({ ownerId: "bob", id: theirs })).not.toBeNull();
        expect([await scenario.balance("guest"), await scenario.balance("bob")]).toEqual([0, 50]);
      }),
    );

    it(
      "can be moved from an account to which another owner's refund went",
      withStore(create, async ({ scenario, store }) => {
        await scenario.buy("guest");
        const id = await scenario.accepted(guest);
        await store.transferOwner({ ...move, to: "bob" });
        await store.transferOwner({ ...leave, from: "bob", to: "cyd" });
        await store.requestCancel({ ownerId: "cyd", id });
        expect(await store.transferOwner({ ...move, from: "bob" })).toMatchObject({ type: "transferred" });
        expect([await scenario.balance("bob"), await scenario.balance("ada")]).toEqual([10, 110]);
      }),
    );

    it.each([
      // Debits use the initial grant first.
      { bought: 50, spent: 40, moved: 50, stays: 60 },
      { bought: 50, spent: 120, moved: 30, stays: 0 },
      { bought: 50, spent: 100, moved: 50, stays: 0 },
    ])("move as far as they were bought and remain: $moved of $bought after $spent were spent", async (sums) => {
      const { bought, spent, moved, stays } = sums;
      await withStore(create, async ({ scenario, store, advance }) => {
        const adjustment = { accountId: "guest", kind: "adjustment", reason: null, initialGrant: 100 } as const;
        await store.adjust({ ...adjustment, amount: bought, key: "up" });
        await store.adjust({ ...adjustment, amount: -spent / 2, key: "down" });
        await scenario.completed(advance, { ...guest, credits: spent / 2 });
        for (const time of [1, 2]) {
          await store.transferOwner({ ...move, initialGrant: 0 });
          expect([time, await scenario.balance("guest"), await scenario.balance("ada")]).toEqual([time, stays, moved]);
        }
      })();
    });

    it(
      "are refunded to the new account once, up to the bought part of each debit",
      withStore(create, async ({ scenario, store }) => {
        await scenario.submit({ ...guest, initialGrant: 100, credits: 1_000 });
        await scenario.buy("guest", 50);
        // The last of five debits uses bought credits, the one before partly.
        for (const count of [5, 3]) {
          const racing = Array.from({ length: count }, () => scenario.submit({ ...guest, credits: 30 }));
          const verdicts = await Promise.all(racing);
          const ids = verdicts.flatMap((verdict) => (verdict.type === "accepted" ? [verdict.generation.id] : []));
          await store.transferOwner({ ...move, initialGrant: 0 });
          for (const id of ids) await store.requestCancel({ ownerId: "ada", id });
          expect([await scenario.balance("guest"), await scenario.balance("ada")]).toEqual([100, 50]);
        }
      }),
    );

    it(
      "are refunded to the payer's account, and then moved by a pair of adjustments",
      withStore(create, async ({ scenario, store }) => {
        await scenario.submit({ ...guest, initialGrant: 20, credits: 1_000 });
        await scenario.buy("guest", 100);
        const id = await scenario.accepted({ ...guest, credits: 120 });
        await store.transferOwner({ ...move, initialGrant: 0 });
        await store.requestCancel({ ownerId: "ada", id });
        const entriesOf = async (accountId: string) =>
          (await store.listCredits({ accountId, limit: 2, before: null })).entries.map(
            ({ kind, amount, reason, generationId }) => [kind, amount, reason, generationId],
          );
        expect(await entriesOf("guest")).toEqual([
          ["adjustment", -100, "transferred", null],
          ["refund", 120, "canceled:withdrawn 100%", id],
        ]);
        expect(await entriesOf("ada")).toEqual([["adjustment", 100, "transferred", null]]);
      }),
    );

    it(
      "are refunded once when the settle is repeated",
      withStore(create, async ({ scenario, store, advance }) => {
        await scenario.buy("guest");
        const { id } = await scenario.running(guest);
        await store.transferOwner(move);
        advance(1_000);
        const { generation } = await scenario.claimOne(id);
        const refund = refundOf(generation, failed);
        const command = { id, epoch: generation.epoch, token: "same", outcome: failed, refund, attempt: null };
        for (let count = 0; count < 3; count += 1) {
          expect(await store.settle(command)).toMatchObject({ type: "applied" });
        }
        expect([await scenario.balance("guest"), await scenario.balance("ada")]).toEqual([0, 110]);
      }),
    );

    it(
      "cannot be moved when the sum exceeds the maximum, and then nothing is transferred",
      withStore(create, async ({ scenario, store }) => {
        const half = 2 ** 52;
        await scenario.buy("ada", half);
        await scenario.buy("guest", half - 1);
        const mine = await scenario.accepted({ ...guest, credits: 10 });
        await scenario.buy("bob", 10);
        const theirs = await scenario.accepted({ ownerId: "bob", initialGrant: 0, credits: 10 });
        await store.transferOwner({ ...move, from: "bob", to: "cyd", initialGrant: 0 });
        await store.transferOwner({ ...move, from: "cyd", initialGrant: 0 });
        expect(await store.transferOwner(move)).toMatchObject({ type: "too_much" });
        expect(await store.get({ ownerId: "guest", id: mine })).toMatchObject({ version: 1 });
        expect([await scenario.balance("guest"), await scenario.balance("ada")]).toEqual([half - 11, half]);
        await store.requestCancel({ ownerId: "ada", id: theirs });
        expect(await store.transferOwner(move)).toMatchObject({ type: "too_much" });
        const withdrawal = { accountId: "guest", kind: "adjustment", reason: null, initialGrant: 0 } as const;
        await store.adjust({ ...withdrawal, amount: -10, key: "withdrawal" });
        // Active generations of other owners need no room in this account.
        await scenario.accepted({ ownerId: "dan" });
        expect(await store.transferOwner(move)).toMatchObject({ type: "transferred" });
        await store.requestCancel({ ownerId: "ada", id: mine });
        expect([await scenario.balance("guest"), await scenario.balance("ada")]).toEqual([0, Number.MAX_SAFE_INTEGER]);
      }),
    );

    it(
      "stay in an account that is not the old owner's own",
      withStore(create, async ({ scenario, store }) => {
        const id = await scenario.accepted({ ownerId: "guest", accountId: "team" });
        await scenario.accepted({ ownerId: "bob", accountId: "team" });
        expect(await store.transferOwner(move)).toMatchObject({ type: "transferred" });
        expect(await scenario.balance("team")).toBe(92);
        await store.requestCancel({ ownerId: "ada", id });
        expect(await scenario.balance("team")).toBe(96);
      }),
    );
  });
}
