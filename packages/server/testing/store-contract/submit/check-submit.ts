import { describe, expect, it } from "vitest";
import type { SubmitLimits } from "../../../src/lib/ports/store/submit-commands.js";
import { type CreateStore, type Given, withStore } from "../scenario.js";

const none = { maxActive: null, rate: null, refunds: null };

/** Contract of the reads that predict the refusal of a submit. */
export function describeCheckSubmit(create: CreateStore): void {
  const check = ({ store }: Given, change: { limits?: SubmitLimits; credits?: number; pending?: number } = {}) =>
    store.checkSubmit({
      ownerId: "ada",
      accountId: "ada",
      credits: change.credits ?? 4,
      limits: change.limits ?? none,
      initialGrant: 100,
      pending: () => change.pending ?? 0,
    });

  describe("the check of a submit", () => {
    it.each<[refusal: string, change: { limits?: SubmitLimits; credits?: number }]>([
      ["rate_limited", { limits: { ...none, rate: { requests: 2, perMs: 60_000 } } }],
      ["too_many_active", { limits: { ...none, maxActive: 2 } }],
      ["insufficient_credits", { credits: 40 }],
    ])("predicts %s as the commit decides", (type, change) =>
      withStore(create, async (given) => {
        const { scenario, advance } = given;
        for (let count = 0; count < 2; count += 1) {
          expect(await check(given, change)).toBeNull();
          await scenario.accepted(change);
          advance(1_000);
        }
        const refusal = await check(given, change);
        expect(refusal).toMatchObject({ type });
        expect(await scenario.submit(change)).toEqual(refusal);
      })(),
    );

    it(
      "predicts refund_budget_spent as the commit decides",
      withStore(create, async (given) => {
        const { scenario, advance } = given;
        const limits = { ...none, refunds: { generations: 1, perMs: 3_600_000 } };
        const { id } = await scenario.running({ limits });
        advance(1_000);
        expect(await check(given, { limits })).toBeNull();
        await scenario.settle(await scenario.claimOne(id), { type: "failed", code: "content_rejected" });
        const refusal = await check(given, { limits });
        expect(refusal).toMatchObject({ type: "refund_budget_spent" });
        expect(await scenario.submit({ limits })).toEqual(refusal);
      }),
    );

    it(
      "counts pending submits, also of an owner without rows",
      withStore(create, async (given) => {
        const rate = { ...none, rate: { requests: 3, perMs: 60_000 } };
        expect(await check(given, { limits: rate, pending: 2 })).toBeNull();
        expect(await check(given, { limits: rate, pending: 4 })).toEqual({
          type: "rate_limited",
          rate: { remaining: 0, retryAfterMs: 40_000, resetMs: 80_000 },
        });
        const cap = { ...none, maxActive: 2 };
        await given.scenario.accepted();
        expect(await check(given, { limits: cap })).toBeNull();
        expect(await check(given, { limits: cap, pending: 1 })).toMatchObject({ type: "too_many_active" });
      }),
    );

    it(
      "has the balance and the state of each limit in a read that changes nothing",
      withStore(create, async (given) => {
        const { scenario, store, advance } = given;
        const limits = {
          maxActive: 2,
          rate: { requests: 3, perMs: 60_000 },
          refunds: { generations: 2, perMs: 3_600_000 },
        };
        const read = (change: Partial<SubmitLimits> = {}, ownerId = "ada") =>
          store.readAllowance({
            ownerId,
            accountId: "ada",
            limits: { ...limits, ...change },
            initialGrant: 100,
          });
        const unused = { remaining: 2, retryAfterMs: 0, resetMs: 0 };
        const { now } = await read();
        expect(await read()).toEqual({
          now,
          balance: 100,
          active: 0,
          rate: { ...unused, remaining: 3 },
          refunds: unused,
        });
        expect(await scenario.balance()).toBeNull();

        const { id } = await scenario.running({ limits });
        await scenario.accepted({ limits });
        expect(await read()).toEqual({
          now,
          balance: 92,
          active: 2,
          rate: { remaining: 1, retryAfterMs: 0, resetMs: 40_000 },
          refunds: unused,
        });
        // Active generations above a lower cap are not counted.
        expect((await read({ maxActive: 1 })).active).toBe(1);
        advance(1_000);
        await scenario.settle(await scenario.claimOne(id), { type: "failed", code: "content_rejected" });
        expect(await read()).toEqual({
          now: now + 1_000,
          balance: 96,
          active: 1,
          rate: { remaining: 1, retryAfterMs: 0, resetMs: 39_000 },
          refunds: { remaining: 1, retryAfterMs: 0, resetMs: 1_800_000 },
        });
        expect(await read({ maxActive: null, rate: null, refunds: null })).toEqual({
          now: now + 1_000,
          balance: 96,
          active: null,
          rate: null,
          refunds: null,
        });
        // Of another owner who pays from the same account.
        expect(await read({}, "bob")).toMatchObject({ balance: 96, active: 0, rate: { remaining: 3 } });
      }),
    );
  });
}
