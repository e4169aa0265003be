import { describe, expect, it } from "vitest";
import type { AttemptFailure } from "../../../src/lib/generation/provider-failure.js";
import { type CreateStore, output, type Scenario, withStore } from "../scenario.js";

const withheld: AttemptFailure = {
  code: "content_blocked",
  message: "checkOutput: a reason",
  missing: [
    { index: 0, code: "content_blocked", message: "checkOutput: a reason" },
    { index: 2, code: "output_rejected", message: 'another, with "code":"forbidden" \u0000' },
  ],
};
const outputs = [output({ index: 1 })];

/** Contract of the reasons of missing outputs, which the attempt keeps for operators. */
export function describeMissingOutputs(create: CreateStore): void {
  /** A generation whose result is recorded with its stored and its missing outputs. */
  const recorded = async (scenario: Scenario) => {
    const claim = await scenario.claimOne(await scenario.accepted());
    const { epoch, id } = claim.generation;
    await scenario.intent(claim, "one");
    const result = { id, epoch, attemptToken: "one", outputs, failure: withheld };
    await scenario.store.recordResult({ ...result, token: scenario.token() });
    return claim;
  };
  const complete = (scenario: Scenario, { id, epoch }: { readonly id: string; readonly epoch: number }) =>
    scenario.store.settle({
      ...{ id, epoch, token: scenario.token() },
      outcome: { type: "completed", outputs },
      refund: { credits: 0, reason: "completed 1/1" },
      attempt: { state: "done", failure: withheld },
    });

  describe("the missing outputs of a result", () => {
    it(
      "survive the worker that recorded it, and the end, and are deleted with the content",
      withStore(create, async ({ scenario, store, advance }) => {
        const { generation } = await recorded(scenario);
        advance(60_000);
        const next = await scenario.claimOne(generation.id);
        expect(next.attempt).toMatchObject({ state: "done", outputs, failure: withheld });
        await complete(scenario, next.generation);
        const { id } = generation;
        expect((await store.getDetail({ id }))?.attempts).toMatchObject([{ state: "done", failure: withheld }]);
        await store.remove({ ownerId: "ada", id });
        expect((await store.getDetail({ id }))?.attempts).toMatchObject([{ state: "done", failure: null }]);
      }),
    );

    it(
      "stay if a later result has none",
      withStore(create, async ({ scenario, store }) => {
        const { generation } = await recorded(scenario);
        const { epoch, id } = generation;
        await store.recordResult({ id, epoch, token: scenario.token(), attemptToken: "one", outputs: null });
        expect((await store.getDetail({ id }))?.attempts).toMatchObject([{ failure: withheld }]);
      }),
    );

    it(
      "are no failure of the vendor",
      withStore(create, async ({ scenario, store }) => {
        await complete(scenario, (await recorded(scenario)).generation);
        const { counts } = await store.readVendors({ from: 0, scanLimit: 10 });
        expect(counts).toMatchObject([{ state: "done", failureCode: null, count: 1 }]);
      }),
    );

    it(
      "leave the lease to the worker when the owner requests a cancel",
      withStore(create, async ({ scenario, store }) => {
        const { generation } = await recorded(scenario);
        await store.requestCancel({ ownerId: "ada", id: generation.id });
        expect(await complete(scenario, generation)).toMatchObject({ type: "applied" });
      }),
    );
  });
}
