import { describe, expect, it } from "vitest";
import { type CreateStore, withStore } from "../scenario.js";

/** Contract of `submit`: the written rows, and the order of the refusals. */
export function describeSubmit(create: CreateStore): void {
  describe("submit", () => {
    it(
      "debits the account and inserts the generation in one commit",
      withStore(create, async ({ scenario, store }) => {
        const verdict = await scenario.submit({ scope: "poster", metadata: { board: 7 } });
        if (verdict.type !== "accepted") throw new Error(verdict.type);
        expect(verdict.balance).toBe(96);
        expect(verdict.generation).toMatchObject({
          state: "queued",
          version: 1,
          sequence: 1,
          credits: 4,
          refundedCredits: 0,
          scope: "poster",
          metadata: { board: 7 },
          input: { prompt: "a cat" },
          createdAt: 1_800_000_000_000,
          deadlineAt: 1_800_000_900_000,
          startedAt: null,
        });
        const { entries } = await store.listCredits({ accountId: "ada", limit: 10, before: null });
        expect(entries.map(({ kind, amount }) => [kind, amount])).toEqual([
          ["debit", -4],
          ["grant", 100],
        ]);
      }),
    );

    it(
      "returns the same verdict for a repeated command, and debits once",
      withStore(create, async ({ scenario, store }) => {
        const command = scenario.command();
        const first = await store.submit(command);
        const second = await store.submit(command);
        expect(second).toEqual(first);
        expect(await scenario.balance()).toBe(96);
      }),
    );

    it(
      "returns the generation as it was written",
      withStore(create, async ({ scenario, store }) => {
        const verdict = await scenario.submit({
          scope: "poster",
          metadata: { board: 7 },
          requestedOutputs: 3,
          dropOnCancel: true,
          refunds: { dropped: 50 },
          deadlineMs: 60_000.5,
          limits: { maxActive: 9, rate: { requests: 9, perMs: 900 }, refunds: { generations: 9, perMs: 900 } },
          retryOf: await scenario.accepted(),
        });
        if (verdict.type !== "accepted") throw new Error(verdict.type);
        expect(await store.get({ ownerId: "ada", id: verdict.generation.id })).toStrictEqual(verdict.generation);
      }),
    );

    it(
      "returns the current state for a repeated command",
      withStore(create, async ({ scenario, store }) => {
        const command = scenario.command();
        await store.submit(command);
        await scenario.intent(await scenario.claimOne(command.id));
        const verdict = await store.submit(command);
        if (verdict.type !== "accepted") throw new Error(verdict.type);
        expect(verdict.generation).toMatchObject({ state: "submitting", attempts: 1, epoch: 1 });
        expect(verdict.balance).toBe(96);
      }),
    );

    it(
      "replays null for a repeated command whose generation was deleted",
      withStore(create, async ({ scenario, store }) => {
        const command = scenario.command();
        await store.submit(command);
        await store.requestCancel({ ownerId: "ada", id: command.id });
        await store.remove({ ownerId: "ada", id: command.id });
        expect(await store.submit(command)).toEqual({ type: "replayed", generation: null, balance: 100 });
      }),
    );

    it(
      "accepts as many concurrent submits as the balance covers",
      withStore(create, async ({ scenario }) => {
        const verdicts = await Promise.all(Array.from({ length: 60 }, () => scenario.submit({ initialGrant: 20 })));
        expect(verdicts.filter(({ type }) => type === "accepted")).toHaveLength(5);
        const refused = verdicts.filter((verdict) => verdict.type === "insufficient_credits");
        expect(refused).toHaveLength(55);
        expect(refused[0]).toEqual({ type: "insufficient_credits", required: 4, available: 0 });
        expect(await scenario.balance()).toBe(0);
      }),
    );

    it(
      "debits a shared account for several owners, and never below zero",
      withStore(create, async ({ scenario }) => {
        const submit = (ownerId: string) => scenario.submit({ ownerId, accountId: "team", initialGrant: 10 });
        const verdicts = [await submit("ada"), await submit("bob"), await submit("cyd")];
        expect(verdicts.map(({ type }) => type)).toEqual(["accepted", "accepted", "insufficient_credits"]);
        expect(await scenario.balance("team")).toBe(2);
      }),
    );

    it(
      "writes a debit of 0 for a free generation",
      withStore(create, async ({ scenario, store }) => {
        await scenario.accepted({ credits: 0, initialGrant: 0 });
        const { entries } = await store.listCredits({ accountId: "ada", limit: 10, before: null });
        expect(entries.map(({ kind, amount }) => [kind, amount])).toEqual([["debit", 0]]);
      }),
    );

    it(
      "refuses above the cap of active generations, and returns their ids, newest first",
      withStore(create, async ({ scenario, store, advance }) => {
        const limits = { maxActive: 2, rate: null, refunds: null };
        const first = await scenario.accepted({ limits });
        const second = await scenario.accepted({ limits });
        expect(await scenario.submit({ limits })).toEqual({ type: "too_many_active", activeIds: [second, first] });
        expect(await scenario.submit({ limits, ownerId: "bob" })).toMatchObject({ type: "accepted" });

        await store.requestCancel({ ownerId: "ada", id: second });
        advance(1);
        const third = await scenario.accepted({ limits });
        expect(await scenario.submit({ limits })).toEqual({ type: "too_many_active", activeIds: [third, first] });
      }),
    );

    it(
      "accepts any number of active generations without a cap, and counts them once there is one",
      withStore(create, async ({ scenario }) => {
        const submit = (maxActive: number | null) =>
          scenario.submit({ credits: 0, limits: { maxActive, rate: null, refunds: null } });
        for (let count = 0; count < 60; count += 1) expect(await submit(null)).toMatchObject({ type: "accepted" });
        expect(await submit(60)).toMatchObject({ type: "too_many_active", activeIds: { length: 60 } });
        expect(await submit(20)).toMatchObject({ type: "too_many_active", activeIds: { length: 20 } });
        expect(await submit(61)).toMatchObject({ type: "accepted" });
        const broke = { credits: 1_000, limits: { maxActive: null, rate: null, refunds: null } };
        expect(await scenario.submit(broke)).toMatchObject({ type: "insufficient_credits" });
      }),
    );

    it(
      "refuses above the rate, whose burst is the full limit, and recovers gradually",
      withStore(create, async ({ scenario, advance }) => {
        const limits = { maxActive: 50, rate: { requests: 3, perMs: 3_000 }, refunds: null };
        const remaining: unknown[] = [];
        for (let count = 0; count < 3; count += 1) {
          const verdict = await scenario.submit({ limits });
          remaining.push(verdict.type === "accepted" ? verdict.rate?.remaining : verdict.type);
        }
        expect(remaining).toEqual([2, 1, 0]);

        const refused = await scenario.submit({ limits });
        expect(refused).toEqual({
          type: "rate_limited",
          rate: { remaining: 0, retryAfterMs: 1_000, resetMs: 3_000 },
        });
        advance(999);
        expect(await scenario.submit({ limits })).toMatchObject({ type: "rate_limited" });
        advance(1);
        expect(await scenario.submit({ limits })).toMatchObject({ type: "accepted" });
        expect(await scenario.submit({ limits })).toMatchObject({ type: "rate_limited" });
      }),
    );

    it(
      "checks the rate before the cap, and the cap before the credits",
      withStore(create, async ({ scenario }) => {
        const rate = { requests: 1, perMs: 60_000 };
        await scenario.accepted({ initialGrant: 4, limits: { maxActive: 1, rate, refunds: null } });
        const broke = (limits: { maxActive: number; rate: typeof rate | null }) =>
          scenario.submit({ limits: { ...limits, refunds: null } });
        expect(await broke({ maxActive: 1, rate })).toMatchObject({ type: "rate_limited" });
        expect(await broke({ maxActive: 1, rate: null })).toMatchObject({ type: "too_many_active" });
        expect(await broke({ maxActive: 2, rate: null })).toMatchObject({ type: "insufficient_credits" });
      }),
    );

    it(
      "writes nothing for a refused submit except the account",
      withStore(create, async ({ scenario, store }) => {
        const idempotencyKey = { keyHash: "key", fingerprint: "body", keepMs: 1_000 };
        await scenario.submit({ initialGrant: 3, idempotencyKey });
        expect(await scenario.balance()).toBe(3);
        expect(await store.findSubmission({ ownerId: "ada", keyHash: "key" })).toBeNull();
        const { active, sequence } = await store.listActive({
          ownerId: "ada",
          scope: null,
          activeLimit: 100,
          unseenLimit: 20,
          unseenForMs: 1_000,
          maxUnseenCount: 100,
        });
        expect(active).toEqual([]);
        expect(sequence).toBe(0);
      }),
    );
  });
}
