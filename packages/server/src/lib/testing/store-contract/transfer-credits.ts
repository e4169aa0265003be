import { describe, expect, it } from "vitest";
import { type CreateStore, withStore } from "./scenario.js";

/** What becomes of the credits when one owner's things go to another. The books are checked after every test. */
export function describeTransferCredits(create: CreateStore): void {
  const guest = { ownerId: "guest", accountId: "guest" };
  const leave = { from: "guest", to: "ada", credits: "leave", initialGrant: 10 } as const;
  const move = { ...leave, credits: "move" } as const;
  const failed = { type: "failed", code: "internal" } as const;

  describe("the credits of a transfer", () => {
    it(
      "move by a pair of adjustments, on top of what the new account starts with",
      withStore(create, async ({ scenario, store }) => {
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
      "come back to the new account for what was in progress",
      withStore(create, async ({ scenario, store, advance }) => {
        const queued = await scenario.accepted(guest);
        const { id } = await scenario.running(guest);
        await store.transferOwner(move);
        expect(await scenario.balance("ada")).toBe(102);
        await store.requestCancel({ ownerId: "ada", id: queued });
        advance(1_000);
        await scenario.settle(await scenario.take(id), failed);
        expect([await scenario.balance("guest"), await scenario.balance("ada")]).toEqual([0, 110]);
        const { entries } = await store.listCredits({ accountId: "guest", limit: 10, before: null });
        expect(entries.filter(({ kind }) => kind === "debit").map(({ ownerId }) => ownerId)).toEqual(["ada", "ada"]);
      }),
    );

    it(
      "follow through several hands",
      withStore(create, async ({ scenario, store }) => {
        const id = await scenario.accepted(guest);
        await store.transferOwner({ ...move, to: "bob" });
        await store.transferOwner({ ...move, from: "bob" });
        await store.requestCancel({ ownerId: "ada", id });
        expect(await Promise.all(["guest", "bob", "ada"].map((each) => scenario.balance(each)))).toEqual([0, 0, 120]);
      }),
    );

    it(
      "stay where they were when they are left, and come back there",
      withStore(create, async ({ scenario, store, advance }) => {
        const { id } = await scenario.running(guest);
        await store.transferOwner(leave);
        expect([await scenario.balance("guest"), await scenario.balance("ada")]).toEqual([96, null]);
        advance(1_000);
        await scenario.settle(await scenario.take(id), failed);
        expect([await scenario.balance("guest"), await scenario.balance("ada")]).toEqual([100, null]);
        // They can still follow.
        expect(await store.transferOwner(move)).toBe("transferred");
        expect([await scenario.balance("guest"), await scenario.balance("ada")]).toEqual([0, 110]);
      }),
    );

    it(
      "are not moved from an account that another owner pays from, and then nothing is",
      withStore(create, async ({ scenario, store }) => {
        const submission = { keyHash: "key", fingerprint: "body", keepMs: 900_000 };
        const limits = { maxActive: 50, rate: { requests: 1, perMs: 60_000 }, refunds: null };
        const mine = await scenario.accepted({ ...guest, submission, limits });
        await scenario.accepted({ ownerId: "bob", accountId: "guest" });
        expect(await store.transferOwner(move)).toBe("shared_account");
        expect(await store.findSubmission({ ownerId: "ada", keyHash: "key" })).toBeNull();
        expect(await scenario.submit({ accountId: "other", limits })).toMatchObject({ type: "accepted" });
        expect(await store.get({ ownerId: "guest", id: mine })).toMatchObject({ version: 1 });
        expect(await scenario.balance("guest")).toBe(92);
        expect(await store.transferOwner(leave)).toBe("transferred");
        expect(await store.get({ ownerId: "ada", id: mine })).toMatchObject({ accountId: "guest" });
        expect(await scenario.balance("guest")).toBe(92);
      }),
    );

    it(
      "may be moved again from a guest's id that the next person has got, whoever the first one has become",
      withStore(create, async ({ scenario, store }) => {
        const grant = { accountId: "guest", kind: "grant", amount: 50, reason: null, initialGrant: 0 } as const;
        await scenario.accepted({ ...guest, initialGrant: 0, credits: 0 });
        await store.transferOwner({ ...move, initialGrant: 0 });
        const theirs = await scenario.accepted({ ...guest, initialGrant: 0, credits: 0 });
        await store.adjust({ ...grant, key: "1" });
        expect(await store.transferOwner({ ...move, to: "bob", initialGrant: 0 })).toBe("transferred");
        expect(await store.get({ ownerId: "bob", id: theirs })).not.toBeNull();
        expect([await scenario.balance("guest"), await scenario.balance("bob")]).toEqual([0, 50]);
      }),
    );

    it(
      "may be moved from an account that others only got something back to",
      withStore(create, async ({ scenario, store }) => {
        const id = await scenario.accepted(guest);
        await store.transferOwner({ ...move, to: "bob" });
        await store.transferOwner({ ...leave, from: "bob", to: "cyd" });
        await store.requestCancel({ ownerId: "cyd", id });
        expect(await store.transferOwner({ ...move, from: "bob" })).toBe("transferred");
        expect([await scenario.balance("bob"), await scenario.balance("ada")]).toEqual([0, 120]);
      }),
    );

    it(
      "of a team's account are nobody's to move",
      withStore(create, async ({ scenario, store }) => {
        const id = await scenario.accepted({ ownerId: "guest", accountId: "team" });
        await scenario.accepted({ ownerId: "bob", accountId: "team" });
        expect(await store.transferOwner(move)).toBe("transferred");
        expect(await scenario.balance("team")).toBe(92);
        await store.requestCancel({ ownerId: "ada", id });
        expect(await scenario.balance("team")).toBe(96);
      }),
    );
  });
}
