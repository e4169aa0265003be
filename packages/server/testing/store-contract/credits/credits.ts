import { describe, expect, it } from "vitest";
import { type CreateStore, withStore } from "../scenario.js";

/** Contract of the host's adjustments, and of the reads of the ledger. */
export function describeCredits(create: CreateStore): void {
  const grant = { accountId: "ada", kind: "grant", amount: 50, reason: "purchase", initialGrant: 100 } as const;

  describe("adjust", () => {
    it(
      "moves credits once per key, on top of the initial grant",
      withStore(create, async ({ store }) => {
        const moves = Array.from({ length: 10 }, () => store.adjust({ ...grant, key: "payment-1" }));
        const verdicts = await Promise.all(moves);
        expect(verdicts.filter(({ type }) => type === "applied")).toEqual([
          { type: "applied", balance: 150, moved: 50 },
        ]);
        expect(verdicts.filter(({ type }) => type === "replayed")).toHaveLength(9);
        expect(await store.adjust({ ...grant, key: "payment-2" })).toMatchObject({ type: "applied", balance: 200 });
      }),
    );

    it(
      "changes no other account, and accepts the same key there",
      withStore(create, async ({ scenario, store }) => {
        await store.adjust({ ...grant, accountId: "bob", key: "payment-1" });
        expect(await store.adjust({ ...grant, key: "payment-1" })).toMatchObject({ type: "applied", balance: 150 });
        expect(await scenario.balance("bob")).toBe(150);
      }),
    );

    it(
      "refuses a key that was used for another movement",
      withStore(create, async ({ store }) => {
        await store.adjust({ ...grant, key: "payment-1" });
        expect(await store.adjust({ ...grant, amount: 51, key: "payment-1" })).toEqual({ type: "mismatch" });
      }),
    );

    it(
      "refuses an adjustment below zero",
      withStore(create, async ({ store }) => {
        const take = { ...grant, kind: "adjustment", amount: -101, key: "take" } as const;
        await store.adjust({ ...take, accountId: "bob", amount: -1 });
        expect(await store.adjust(take)).toEqual({ type: "refused", available: 100 });
        expect(await store.adjust({ ...take, amount: -100 })).toMatchObject({ type: "applied", balance: 0 });
      }),
    );

    it(
      "takes at most the balance, and remembers a key that took nothing",
      withStore(create, async ({ scenario, store, advance }) => {
        const take = { ...grant, kind: "adjustment", amount: -130, atMost: true } as const;
        await store.adjust({ ...grant, amount: 20, key: "payment-1" });
        expect(await store.adjust({ ...take, key: "1" })).toEqual({ type: "applied", balance: 0, moved: -120 });
        expect(await store.adjust({ ...take, key: "2" })).toEqual({ type: "applied", balance: 0, moved: 0 });
        await store.adjust({ ...grant, key: "payment-2" });
        expect(await store.adjust({ ...take, key: "1" })).toEqual({ type: "replayed", balance: 50, moved: -120 });
        expect(await store.adjust({ ...take, key: "2" })).toEqual({ type: "replayed", balance: 50, moved: 0 });
        expect(await store.adjust({ ...take, amount: -119, key: "1" })).toEqual({ type: "mismatch" });
        expect(await store.adjust({ ...take, kind: "grant", key: "2" })).toEqual({ type: "mismatch" });
        expect(await store.adjust({ ...take, amount: -30, key: "3" })).toEqual({
          type: "applied",
          balance: 20,
          moved: -30,
        });
        expect(await store.adjust({ ...take, accountId: "bob", key: "2" })).toMatchObject({ moved: -100 });
        expect(await scenario.balance("bob")).toBe(0);
        // Whether an expired row is deleted before it is replaced, depends on the claims in between.
        advance(91 * 24 * 60 * 60_000);
        expect(await store.adjust({ ...take, amount: -20, key: "4" })).toMatchObject({ balance: 0 });
        expect(await store.adjust({ ...take, key: "2" })).toEqual({ type: "applied", balance: 0, moved: 0 });
        expect(await store.audit()).toEqual([]);
      }),
    );

    it(
      "takes the initial grant first, also as much as there is",
      withStore(create, async ({ scenario, store }) => {
        await store.adjust({ ...grant, accountId: "guest", initialGrant: 100, key: "payment" });
        const take = {
          ...grant,
          accountId: "guest",
          kind: "adjustment",
          amount: -120,
          atMost: true,
          key: "take",
        } as const;
        await store.adjust(take);
        await store.transferOwner({ from: "guest", to: "ada", credits: "move", initialGrant: 0 });
        expect([await scenario.balance("guest"), await scenario.balance("ada")]).toEqual([0, 30]);
      }),
    );

    it(
      "refuses an adjustment that leaves no room for refunds of active generations",
      withStore(create, async ({ scenario, store }) => {
        const max = Number.MAX_SAFE_INTEGER;
        const command = { ...grant, initialGrant: 0 };
        expect(await store.adjust({ ...command, amount: max - 10, key: "1" })).toMatchObject({ type: "applied" });
        expect(await store.adjust({ ...command, amount: 11, key: "2" })).toEqual({
          type: "too_much",
          balance: max - 10,
        });
        const id = await scenario.accepted({ credits: 100 });
        const ended = await scenario.accepted({ credits: 50 });
        await scenario.accepted({ ownerId: "bob" });
        await store.requestCancel({ ownerId: "ada", id: ended });
        expect(await store.adjust({ ...command, amount: 11, key: "3" })).toEqual({
          type: "too_much",
          balance: max - 110,
        });
        expect(await store.adjust({ ...command, amount: 10, key: "3" })).toMatchObject({
          type: "applied",
          balance: max - 100,
        });
        expect(await store.adjust({ ...command, amount: -10, kind: "adjustment", key: "4" })).toMatchObject({
          type: "applied",
        });
        await store.requestCancel({ ownerId: "ada", id });
        expect(await scenario.balance()).toBe(max - 10);
      }),
    );

    it(
      "leaves room for refunds through another account, and for the initial grant that stays there",
      withStore(create, async ({ scenario, store }) => {
        const max = Number.MAX_SAFE_INTEGER;
        const guest = { ownerId: "guest", initialGrant: 20 };
        await scenario.submit({ ...guest, credits: 1_000 });
        await scenario.buy("guest", 100);
        const id = await scenario.accepted({ ...guest, credits: 120 });
        await store.transferOwner({ from: "guest", to: "ada", credits: "move", initialGrant: 0 });
        for (const accountId of ["ada", "guest"]) {
          const command = { ...grant, accountId, initialGrant: 0 };
          expect(await store.adjust({ ...command, amount: max - 119, key: "1" })).toMatchObject({ type: "too_much" });
          expect(await store.adjust({ ...command, amount: max - 120, key: "1" })).toMatchObject({ type: "applied" });
        }
        await store.requestCancel({ ownerId: "ada", id });
        expect([await scenario.balance("guest"), await scenario.balance("ada")]).toEqual([max - 100, max - 20]);
      }),
    );

    it(
      "accepts keys that equal the ledger's own keys",
      withStore(create, async ({ scenario, store }) => {
        const command = scenario.command();
        for (const key of ["initial", `gen:${command.id}:debit`, `gen:${command.id}:resolution`]) {
          expect(await store.adjust({ ...grant, key })).toMatchObject({ type: "applied" });
        }
        expect(await store.submit(command)).toMatchObject({ type: "accepted", balance: 246 });
      }),
    );
  });

  describe("listCredits", () => {
    it(
      "returns a null balance for an unknown account",
      withStore(create, async ({ store }) => {
        const list = await store.listCredits({ accountId: "unknown", limit: 10, before: null });
        expect(list).toEqual({ balance: null, entries: [], hasMore: false });
      }),
    );

    it(
      "pages through the entries, newest first",
      withStore(create, async ({ store }) => {
        for (let count = 1; count <= 4; count += 1) {
          await store.adjust({ ...grant, amount: count, key: String(count), initialGrant: 0 });
        }
        const first = await store.listCredits({ accountId: "ada", limit: 3, before: null });
        expect(first.entries.map(({ amount }) => amount)).toEqual([4, 3, 2]);
        expect(first.hasMore).toBe(true);
        const second = await store.listCredits({ accountId: "ada", limit: 3, before: first.entries.at(-1)?.id ?? 0 });
        expect(second.entries.map(({ amount }) => amount)).toEqual([1]);
        expect(second.hasMore).toBe(false);
      }),
    );
  });

  describe("readSecret", () => {
    it(
      "returns the first secret that was written",
      withStore(create, async ({ store }) => {
        expect(await store.readSecret("first")).toBe("first");
        expect(await store.readSecret("second")).toBe("first");
      }),
    );
  });
}
