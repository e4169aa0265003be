import { type FailureCode, failures } from "@safelight/client/contract";
import { describe, expect, it } from "vitest";
import type { SettleOutcome } from "../../../src/lib/ports/store/store-commands.js";
import type { SubmitCommand } from "../../../src/lib/ports/store/submit-commands.js";
import { type CreateStore, type Given, output, refundOf, withStore } from "../scenario.js";

const failed = { type: "failed", code: "content_rejected" } as const;

/** Failures that an owner can cause. */
const causedByOwner: readonly FailureCode[] = ["content_rejected", "provider_rejected_input"];

/** Contract of the refund limit. A spent budget refuses further submits. It never withholds a refund. */
export function describeRefundBudget(create: CreateStore): void {
  const limits = { maxActive: 50, rate: null, refunds: { generations: 2, perMs: 60_000 } };

  /** Submits a generation that a provider accepts, and settles it. */
  const endAtProvider = async (
    { scenario, advance }: Given,
    outcome: SettleOutcome = failed,
    change: Partial<SubmitCommand> = {},
  ): Promise<string> => {
    const { id, attemptToken } = await scenario.running({ limits, ...change });
    advance(1_000);
    const claim = await scenario.claimOne(id);
    if (outcome.type === "completed") await scenario.result(claim, attemptToken);
    expect(await scenario.settle(claim, outcome)).toMatchObject({ type: "applied" });
    return id;
  };

  describe("a refund budget", () => {
    it(
      "refuses submits when it is spent, and recovers gradually",
      withStore(create, async (given) => {
        const { scenario, advance } = given;
        await scenario.accepted({ limits, ownerId: "bob" });
        await endAtProvider(given);
        await endAtProvider(given, { type: "canceled" });
        // Two refunds of 30 s each were spent at 1 s and at 2 s, so the next one fits at 31 s.
        expect(await scenario.submit({ limits })).toEqual({ type: "refund_budget_spent", retryAfterMs: 29_000 });
        expect(await scenario.submit({ limits, ownerId: "bob" })).toMatchObject({ type: "accepted" });
        advance(28_999);
        expect(await scenario.submit({ limits })).toEqual({ type: "refund_budget_spent", retryAfterMs: 1 });
        advance(1);
        expect(await scenario.submit({ limits })).toMatchObject({ type: "accepted" });
        await endAtProvider(given);
        expect(await scenario.submit({ limits })).toMatchObject({ type: "refund_budget_spent" });
        expect(await scenario.submit({ limits: { ...limits, refunds: null } })).toMatchObject({ type: "accepted" });
      }),
    );

    it(
      "never withholds a refund",
      withStore(create, async ({ scenario, advance }) => {
        const running = [];
        for (let count = 0; count < 4; count += 1) running.push(await scenario.running({ limits }));
        advance(1_000);
        for (const claim of await scenario.claim()) await scenario.settle(claim, failed);
        expect(running).toHaveLength(4);
        expect(await scenario.balance()).toBe(100);
        // Refunds beyond the budget count too.
        expect(await scenario.submit({ limits })).toEqual({ type: "refund_budget_spent", retryAfterMs: 90_000 });
      }),
    );

    it(
      "counts failures that an owner can cause, and no failures of the vendor or the server",
      withStore(create, async (given) => {
        // `failures` is a constant, so its keys are all failure codes.
        for (const code of Object.keys(failures) as FailureCode[]) {
          const change = { ownerId: code };
          for (let count = 0; count < 2; count += 1) await endAtProvider(given, { type: "failed", code }, change);
          const type = causedByOwner.includes(code) ? "refund_budget_spent" : "accepted";
          expect([code, (await given.scenario.submit({ limits, ...change })).type]).toEqual([code, type]);
        }
      }),
    );

    it(
      "does not count a generation that no provider accepted",
      withStore(create, async ({ scenario, store }) => {
        for (let count = 0; count < 3; count += 1) {
          await scenario.settle(await scenario.claimOne(await scenario.accepted({ limits })), failed);
          await store.requestCancel({ ownerId: "ada", id: await scenario.accepted({ limits }) });
        }
        expect(await scenario.submit({ limits })).toMatchObject({ type: "accepted" });
      }),
    );

    it(
      "does not count completed generations, even with missing outputs, or failures without a refund",
      withStore(create, async (given) => {
        for (let count = 0; count < 3; count += 1) {
          await endAtProvider(given, { type: "completed", outputs: [output()] }, { requestedOutputs: 2 });
          await endAtProvider(given, failed, { refunds: { content_rejected: 0 } });
        }
        expect(await given.scenario.balance()).toBe(82);
        expect(await given.scenario.submit({ limits })).toMatchObject({ type: "accepted" });
      }),
    );

    it(
      "counts a refund once when its command is repeated",
      withStore(create, async ({ scenario, store, advance }) => {
        const { id } = await scenario.running({ limits });
        advance(1_000);
        const { generation } = await scenario.claimOne(id);
        const { epoch } = generation;
        const refund = refundOf(generation, failed);
        const command = { id, epoch, token: "same", outcome: failed, refund, attempt: null };
        for (let count = 0; count < 3; count += 1) await store.settle(command);
        expect(await scenario.submit({ limits })).toMatchObject({ type: "accepted" });
      }),
    );

    it(
      "counts only generations that were submitted with a budget",
      withStore(create, async (given) => {
        const free = { limits: { ...limits, refunds: null } };
        for (let count = 0; count < 3; count += 1) await endAtProvider(given, failed, free);
        expect(await given.scenario.submit({ limits })).toMatchObject({ type: "accepted" });
      }),
    );

    it(
      "is checked after the idempotency key and the rate, and before the cap and the credits",
      withStore(create, async (given) => {
        const { scenario } = given;
        const idempotencyKey = { keyHash: "key", fingerprint: "body", keepMs: 900_000 };
        const broke = { credits: 1_000, limits: { ...limits, maxActive: 0, rate: { requests: 1, perMs: 60_000 } } };
        const id = await endAtProvider(given, failed, { idempotencyKey });
        await endAtProvider(given, failed, { limits: { ...broke.limits, maxActive: 50 } });
        expect(await scenario.submit({ ...broke, idempotencyKey })).toMatchObject({
          type: "replayed",
          generation: { id },
        });
        expect(await scenario.submit(broke)).toMatchObject({ type: "rate_limited" });
        const unrated = { ...broke, limits: { ...broke.limits, rate: null } };
        expect(await scenario.submit(unrated)).toMatchObject({ type: "refund_budget_spent" });
        const unbudgeted = { ...unrated, limits: { ...unrated.limits, refunds: null } };
        expect(await scenario.submit(unbudgeted)).toMatchObject({ type: "too_many_active" });
      }),
    );
  });
}
