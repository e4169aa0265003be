import { describe, expect, it } from "vitest";
import type { Store } from "../../../src/lib/ports/store/store.js";
import { type CreateStore, output, refundOf, withStore } from "../scenario.js";

const always = { from: 0, to: 4_000_000_000_000 };
const read = async (store: Store, span = always) =>
  (await store.readCosts(span)).filter(({ model }) => model !== "unserved");

/** Contract of the vendors' charges to the host. */
export function describeCosts(create: CreateStore): void {
  describe("costs", () => {
    it(
      "are recorded with the operation, the result or the end of an attempt; the latest value wins",
      withStore(create, async ({ scenario, store, advance }) => {
        const id = await scenario.accepted({ requestedOutputs: 2 });
        const claim = await scenario.claimOne(id);
        const { epoch } = claim.generation;
        await scenario.intent(claim, "paid");
        expect(await read(store)).toMatchObject([{ unit: null, attempts: 1, amount: 0, credits: 0 }]);

        const command = () => ({ id, epoch, token: scenario.token(), attemptToken: "paid" });
        await store.recordOperation({ ...command(), operation: 1, dueInMs: 0, costs: [{ amount: 3, unit: "usd" }] });
        expect(await read(store)).toMatchObject([{ unit: "usd", amount: 3 }]);

        advance(1_000);
        const again = await scenario.claimOne(id);
        const held = { id, epoch: again.generation.epoch };
        await store.recordResult({ ...command(), ...held, outputs: null, costs: [{ amount: 4, unit: "usd" }] });
        expect(await read(store)).toMatchObject([{ unit: "usd", amount: 4 }]);

        const outcome = { type: "completed", outputs: [output()] } as const;
        const refund = refundOf(again.generation, outcome);
        const attempt = { state: "done", failure: null, costs: [{ amount: 0.5, unit: "usd" }] } as const;
        await store.settle({ ...held, token: scenario.token(), outcome, refund, attempt });
        expect(await read(store)).toEqual([
          { model: "demo", providerId: "p", unit: "usd", attempts: 1, amount: 0.5, credits: 2 },
        ]);
      }),
    );

    it(
      "are kept when a later command carries no costs",
      withStore(create, async ({ scenario, store, advance }) => {
        const id = await scenario.accepted();
        const claim = await scenario.claimOne(id);
        await scenario.intent(claim, "paid");
        const { epoch } = claim.generation;
        const accepted = { id, epoch, token: scenario.token(), attemptToken: "paid", operation: 1, dueInMs: 0 };
        await store.recordOperation({ ...accepted, costs: [{ amount: 3, unit: "usd" }] });
        advance(1_000);
        const again = await scenario.claimOne(id);
        const attempt = { state: "failed", failure: null } as const;
        await scenario.park(again, { to: "retry_wait", attempt });
        expect(await read(store)).toMatchObject([{ unit: "usd", amount: 3 }]);
      }),
    );

    it(
      "have an exact sum in every order of the attempts",
      withStore(create, async ({ scenario, store }) => {
        for (const [index, amount] of [0.1, 0.25, 0.1].entries()) {
          const claim = await scenario.claimOne(await scenario.accepted());
          const { epoch, id } = claim.generation;
          const attemptToken = `attempt-${index}`;
          await scenario.intent(claim, attemptToken);
          const accepted = { id, epoch, token: scenario.token(), attemptToken, operation: 1, dueInMs: 900_000 };
          await store.recordOperation({ ...accepted, costs: [{ amount, unit: "usd" }] });
        }
        expect(await read(store)).toMatchObject([{ unit: "usd", attempts: 3, amount: 0.45 }]);
      }),
    );

    it(
      "are summed by model, provider and unit; credits count once, with the last attempt",
      withStore(create, async ({ scenario, store, advance }) => {
        const id = await scenario.accepted();
        for (const amount of [2, 5]) {
          const claim = await scenario.claimOne(id);
          await scenario.intent(claim);
          const attempt = { state: "failed", failure: null, costs: [{ amount, unit: "usd" }] } as const;
          await scenario.park(claim, { to: "retry_wait", attempt });
          advance(1_000);
        }
        await scenario.settle(await scenario.claimOne(id), { type: "failed", code: "provider_failed" });
        await scenario.completed(advance, { model: "demo" });
        expect(await read(store)).toEqual([
          { model: "demo", providerId: "p", unit: null, attempts: 1, amount: 0, credits: 4 },
          { model: "demo", providerId: "p", unit: "usd", attempts: 2, amount: 7, credits: 0 },
        ]);
      }),
    );

    for (const unit of ["\ud800x", "a\0b"]) {
      it(
        `in a unit that a database cannot decode count as not reported: ${JSON.stringify(unit)}`,
        withStore(create, async ({ scenario, store }) => {
          const claim = await scenario.claimOne(await scenario.accepted());
          await scenario.intent(claim);
          const attempt = { state: "failed", failure: null, costs: [{ amount: 1, unit }] } as const;
          await scenario.park(claim, { to: "retry_wait", attempt });
          expect(await read(store)).toMatchObject([{ unit: null, attempts: 1, amount: 0 }]);
        }),
      );
    }

    it(
      "are returned in each of the vendor's units; credits count once, with the first unit",
      withStore(create, async ({ scenario, store }) => {
        const id = await scenario.accepted();
        const claim = await scenario.claimOne(id);
        await scenario.intent(claim, "paid");
        const costs = [
          { amount: 272, unit: "output-tokens" },
          { amount: 0.5, unit: "input-tokens" },
        ];
        const { generation } = claim;
        const command = () => ({ id, epoch: generation.epoch, token: scenario.token() });
        await store.recordResult({ ...command(), attemptToken: "paid", outputs: [output()], costs });
        const outcome = { type: "completed", outputs: [output()] } as const;
        const attempt = { state: "done", failure: null } as const;
        await store.settle({ ...command(), outcome, refund: refundOf(generation, outcome), attempt });
        expect(await read(store)).toEqual([
          { model: "demo", providerId: "p", unit: "input-tokens", attempts: 1, amount: 0.5, credits: 0 },
          { model: "demo", providerId: "p", unit: "output-tokens", attempts: 1, amount: 272, credits: 4 },
        ]);
        expect(await store.getEnded({ id })).toMatchObject({
          costs: costs.map((cost) => ({ providerId: "p", ...cost })),
        });
      }),
    );

    it(
      "are filtered by the creation time of the generation, from included, to excluded",
      withStore(create, async ({ scenario, store }) => {
        const at = Date.UTC(2026, 10, 1);
        const hex = at.toString(16).padStart(12, "0");
        const id = `gen_${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000001`;
        await scenario.intent(await scenario.claimOne(await scenario.accepted({ id })));
        expect(await read(store, { from: at, to: at + 1 })).toHaveLength(1);
        expect(await read(store, { from: at + 1, to: at + 1_000 })).toEqual([]);
        expect(await read(store, { from: 0, to: at })).toEqual([]);
      }),
    );
  });
}
