import { describe, expect, it } from "vitest";
import type { ProviderErrorCode } from "../../../src/lib/generation/provider-failure.js";
import { refundFor } from "../../../src/lib/ledger/refund-for.js";
import { type CreateStore, output, type Scenario, withStore } from "../scenario.js";

const everything = { from: 0, scanLimit: 1_000 };

/** Ends an attempt as rejected. The message tries to be another code. */
async function rejected(scenario: Scenario, code: ProviderErrorCode): Promise<string> {
  const id = await scenario.accepted();
  const claim = await scenario.claimOne(id);
  await scenario.intent(claim);
  const message = 'zero \u0000 "code":"forbidden",{"code":"forbidden","causedBy":"checkOutput"}';
  const attempt = { state: "rejected", failure: { message, code }, costs: [{ amount: 0.25, unit: "usd" }] } as const;
  await scenario.park(claim, { to: "retry_wait", dueInMs: 600_000, attempt });
  return id;
}

/** Contract of the reading of vendors. The generations of `zoe` have no attempts. */
export function describeOperatorVendors(create: CreateStore): void {
  describe("readVendors", () => {
    it(
      "counts the attempts of each provider by state and failure, with their costs",
      withStore(create, async ({ advance, scenario, store }) => {
        await rejected(scenario, "rate_limited");
        advance(1_000);
        const last = await rejected(scenario, "rate_limited");
        await rejected(scenario, "insufficient_credit");
        const lost = await scenario.accepted();
        await scenario.intent(await scenario.claimOne(lost));
        advance(60_000);
        // The claim of an expired lease makes the outcome unknown.
        await scenario.claimOne(lost);
        const { counted, costs, counts, now } = await store.readVendors(everything);
        const rows = counts.toSorted((a, b) => `${a.failureCode}`.localeCompare(`${b.failureCode}`));
        expect(rows).toMatchObject([
          { providerId: "p", state: "rejected", failureCode: "insufficient_credit", count: 1, unknown: 0 },
          { state: "unknown", failureCode: null, count: 1, unknown: 1, generationId: lost },
          { state: "rejected", failureCode: "rate_limited", count: 2, generationId: last, lastAt: now - 60_000 },
        ]);
        expect(costs).toEqual([{ providerId: "p", unit: "usd", amount: 0.75 }]);
        expect(counted).toBe(7);
      }),
    );

    it(
      "counts an attempt as done whose outputs cannot be stored yet, or were withheld by the host",
      withStore(create, async ({ advance, scenario, store }) => {
        const unavailable = { code: "download_failed", message: "no space left" } as const;
        const written = { state: "done", failure: unavailable } as const;
        await scenario.park(await scenario.storing(advance), { to: "storing", dueInMs: 600_000, attempt: written });
        const { generation } = await scenario.storing(advance);
        const { epoch, id } = generation;
        const failure = { code: "content_blocked", message: "checkOutput: rude", causedBy: "checkOutput" } as const;
        const outcome = { type: "failed", code: "content_rejected" } as const;
        const refund = refundFor(generation, outcome);
        const attempt = { state: "failed", failure } as const;
        await store.settle({ id, epoch, token: scenario.token(), outcome, refund, attempt });
        const { counts } = await store.readVendors(everything);
        expect(counts).toMatchObject([
          { providerId: "p", state: "done", failureCode: null, count: 2, generationId: id },
        ]);
      }),
    );

    it(
      "measures the times to the acceptance and to the end by nearest rank",
      withStore(create, async ({ advance, scenario, store }) => {
        for (const factor of [1, 2, 3, 4]) {
          const id = await scenario.accepted();
          const claim = await scenario.claimOne(id);
          const attemptToken = scenario.token();
          await scenario.intent(claim, attemptToken);
          advance(100 * factor);
          await scenario.operation(claim, attemptToken);
          advance(1_000 * factor);
          const again = await scenario.claimOne(id);
          await scenario.result(again, attemptToken, [output()]);
          await scenario.settle(again, { type: "completed", outputs: [output()] });
        }
        const { times } = await store.readVendors(everything);
        expect(times.toSorted((a, b) => a.until.localeCompare(b.until))).toEqual([
          { providerId: "p", until: "accepted", p50Ms: 200, p95Ms: 400 },
          { providerId: "p", until: "done", p50Ms: 2_200, p95Ms: 4_400 },
        ]);
      }),
    );

    it(
      "attributes an acceptance to the attempt that was accepted, and none to a provider that blocks",
      withStore(create, async ({ advance, scenario, store }) => {
        const id = await rejected(scenario, "provider_unavailable");
        advance(600_000);
        const claim = await scenario.claimOne(id);
        await scenario.intent(claim, "second");
        advance(100);
        await scenario.operation(claim, "second");
        const blocking = await scenario.accepted();
        await scenario.intent(await scenario.claimOne(blocking), "blocking", true);
        const { times } = await store.readVendors(everything);
        expect(times).toEqual([{ providerId: "p", until: "accepted", p50Ms: 100, p95Ms: 100 }]);
      }),
    );

    it(
      "reads the newest generations of the span, up to scanLimit",
      withStore(create, async ({ scenario, store }) => {
        for (let count = 0; count < 3; count += 1) await rejected(scenario, "rate_limited");
        const sum = async (query: typeof everything) => {
          const { counted, counts } = await store.readVendors(query);
          return [counted, counts.reduce((total, { count }) => total + count, 0)];
        };
        // The newest three are those without attempts.
        expect(await sum({ from: 0, scanLimit: 5 })).toEqual([5, 2]);
        expect(await sum({ from: 2 ** 40, scanLimit: 5 })).toEqual([0, 0]);
      }),
    );
  });
}
