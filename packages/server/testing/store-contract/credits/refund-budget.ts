import { type FailureCode, failures } from "@safelight/client/contract";
import { describe, expect, it } from "vitest";
import type { SettleOutcome, SubmitCommand } from "../../../src/lib/ports/store/store-commands.js";
import { type CreateStore, type Given, output, refundOf, withStore } from "../scenario.js";

const failed = { type: "failed", code: "content_rejected" } as const;

/** What owners bring about themselves. */
const steered: readonly FailureCode[] = ["content_rejected", "provider_rejected_input"];

/** Refunds that are too many: they keep an owner from submitting, and never from getting credits back. */
export function describeRefundBudget(create: CreateStore): void {
  const limits = { maxActive: 50, rate: null, refunds: { generations: 2, perMs: 60_000 } };

  /** Brings one to a provider and ends it there. */
  const endAtProvider = async (
    { scenario, advance }: Given,
    outcome: SettleOutcome = failed,
    change: Partial<SubmitCommand> = {},
  ): Promise<string> => {
    const { id, attemptToken } = await scenario.running({ limits, ...change });
    advance(1_000);
    const claim = await scenario.take(id);
    if (outcome.type === "completed") await scenario.result(claim, attemptToken);
    expect(await scenario.settle(claim, outcome)).toMatchObject({ type: "applied" });
    return id;
  };

  describe("a refund budget", () => {
    it(
      "refuses submits once it is spent, and recovers step by step",
      withStore(create, async (given) => {
        const { scenario, advance } = given;
        await scenario.accepted({ limits, ownerId: "bob" });
        await endAtProvider(given);
        await endAtProvider(given, { type: "canceled" });
        // Two of 30 s each were spent at 1 s and 2 s: the next has its place at 31 s.
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
      "never keeps a refund back",
      withStore(create, async ({ scenario, advance }) => {
        const running = [];
        for (let count = 0; count < 4; count += 1) running.push(await scenario.running({ limits }));
        advance(1_000);
        for (const claim of await scenario.claim()) await scenario.settle(claim, failed);
        expect(running).toHaveLength(4);
        expect(await scenario.balance()).toBe(100);
        // Those beyond the budget are counted as well.
        expect(await scenario.submit({ limits })).toEqual({ type: "refund_budget_spent", retryAfterMs: 90_000 });
      }),
    );

    it(
      "counts what owners steer, and not the troubles of a vendor or of ours",
      withStore(create, async (given) => {
        // The keys of a constant are its codes.
        for (const code of Object.keys(failures) as FailureCode[]) {
          const change = { ownerId: code };
          for (let count = 0; count < 2; count += 1) await endAtProvider(given, { type: "failed", code }, change);
          const type = steered.includes(code) ? "refund_budget_spent" : "accepted";
          expect([code, (await given.scenario.submit({ limits, ...change })).type]).toEqual([code, type]);
        }
      }),
    );

    it(
      "does not count what no provider had a hand in",
      withStore(create, async ({ scenario, store }) => {
        for (let count = 0; count < 3; count += 1) {
          await scenario.settle(await scenario.take(await scenario.accepted({ limits })), failed);
          await store.requestCancel({ ownerId: "ada", id: await scenario.accepted({ limits }) });
        }
        expect(await scenario.submit({ limits })).toMatchObject({ type: "accepted" });
      }),
    );

    it(
      "does not count results, not even partial ones, nor failures that gave nothing back",
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
      "counts each refund once, however often its command is sent",
      withStore(create, async ({ scenario, store, advance }) => {
        const { id } = await scenario.running({ limits });
        advance(1_000);
        const { generation } = await scenario.take(id);
        const { epoch } = generation;
        const refund = refundOf(generation, failed);
        const command = { id, epoch, token: "same", outcome: failed, refund, attempt: null };
        for (let count = 0; count < 3; count += 1) await store.settle(command);
        expect(await scenario.submit({ limits })).toMatchObject({ type: "accepted" });
      }),
    );

    it(
      "counts only what was submitted under one",
      withStore(create, async (given) => {
        const free = { limits: { ...limits, refunds: null } };
        for (let count = 0; count < 3; count += 1) await endAtProvider(given, failed, free);
        expect(await given.scenario.submit({ limits })).toMatchObject({ type: "accepted" });
      }),
    );

    it(
      "is told after replay and rate, and before cap and credits",
      withStore(create, async (given) => {
        const { scenario } = given;
        const submission = { keyHash: "key", fingerprint: "body", keepMs: 900_000 };
        const broke = { credits: 1_000, limits: { ...limits, maxActive: 0, rate: { requests: 1, perMs: 60_000 } } };
        const id = await endAtProvider(given, failed, { submission });
        await endAtProvider(given, failed, { limits: { ...broke.limits, maxActive: 50 } });
        expect(await scenario.submit({ ...broke, submission })).toMatchObject({
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
