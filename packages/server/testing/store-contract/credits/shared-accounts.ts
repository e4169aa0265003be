import { describe, expect, it } from "vitest";
import { type CreateStore, withStore } from "../scenario.js";

/** Contract of accounts that several owners pay from. Each owner sees only its own generations. */
export function describeSharedAccounts(create: CreateStore): void {
  const team = { accountId: "team", initialGrant: 40 };

  describe("an account that several owners share", () => {
    it(
      "is not overdrawn by concurrent submits of several owners",
      withStore(create, async ({ scenario }) => {
        const owners = ["ada", "bob", "cyd", "dan", "eve"];
        const racing = owners.flatMap((ownerId) =>
          Array.from({ length: 5 }, () => scenario.submit({ ...team, ownerId })),
        );
        const verdicts = await Promise.all(racing);
        expect(verdicts.filter(({ type }) => type === "accepted")).toHaveLength(10);
        expect(verdicts.filter(({ type }) => type === "insufficient_credits")).toHaveLength(15);
        expect(await scenario.balance("team")).toBe(0);
        for (const ownerId of owners) expect(await scenario.balance(ownerId)).toBeNull();
      }),
    );

    it(
      "receives the refunds of one owner during debits of another",
      withStore(create, async ({ scenario, store }) => {
        const ids = [];
        for (let count = 0; count < 10; count += 1) ids.push(await scenario.accepted({ ...team, ownerId: "ada" }));
        const cancels = ids.slice(0, 5).map((id) => store.requestCancel({ ownerId: "ada", id }));
        const submits = Array.from({ length: 10 }, () => scenario.submit({ ...team, ownerId: "bob" }));
        const [, verdicts] = await Promise.all([Promise.all(cancels), Promise.all(submits)]);
        const accepted = verdicts.filter(({ type }) => type === "accepted").length;
        expect(accepted).toBeLessThanOrEqual(5);
        expect(await scenario.balance("team")).toBe(20 - 4 * accepted);
      }),
    );

    it(
      "names the owner in each entry, and shows a generation to its owner only",
      withStore(create, async ({ scenario, store }) => {
        const mine = await scenario.accepted({ ...team, ownerId: "ada" });
        const theirs = await scenario.accepted({ ...team, ownerId: "bob" });
        await store.requestCancel({ ownerId: "bob", id: theirs });
        const { entries } = await store.listCredits({ accountId: "team", limit: 10, before: null });
        expect(entries.map(({ kind, generationId, ownerId }) => [kind, generationId, ownerId])).toEqual([
          ["refund", theirs, "bob"],
          ["debit", theirs, "bob"],
          ["debit", mine, "ada"],
          ["grant", null, null],
        ]);
        expect(await store.get({ ownerId: "ada", id: theirs })).toBeNull();
      }),
    );
  });
}
