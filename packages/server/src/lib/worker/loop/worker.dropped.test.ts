import { expect, it } from "vitest";
import { accepted, done, scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { heldCall } from "../../../../testing/held-call.js";
import { benchLeaseMs, workerBench } from "../../../../testing/worker-bench.js";
import type { OperationStatus, SubmitOutcome } from "../../ports/provider.js";
import { memoryStorage } from "../../storage/memory-storage.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";

const bench = workerBench({
  openStore: (path, now) => libsqlStore({ url: `file:${path}`, now, synchronous: "normal" }),
  createStorage: memoryStorage,
});

const costs = [{ amount: 3, unit: "bfl-credits" }];
const running: OperationStatus = { type: "running", progress: 0.5 };

it.each([
  { where: "the response to the paid request", response: { ...done(), costs }, poll: [] },
  { where: "a poll", response: accepted(), poll: [running, { ...done(), costs }] },
])("discards the result in $where after a cancel request, and records its costs", async ({ response, poll }) => {
  let cancelNow = async (): Promise<unknown> => null;
  const provider = scriptedProvider({
    submit: [
      async () => {
        await cancelNow();
        return response;
      },
    ],
    // The vendor does not confirm it.
    cancel: ["requested"],
    poll,
  });
  await bench({ provider }, async (given) => {
    const id = await given.submit({ dropOnCancel: true, refunds: { canceled: 75, dropped: 50 } });
    cancelNow = () => given.cancel(id);
    expect(await given.runTo(id)).toMatchObject({ state: "canceled", refundedCredits: 2 });
    const { entries } = await given.store.listCredits({ accountId: "ada", limit: 1, before: null });
    expect(entries).toMatchObject([{ reason: "canceled:dropped 50%", amount: 2 }]);
    expect(await given.store.readCosts({ from: 0, to: Number.MAX_SAFE_INTEGER })).toMatchObject(costs);
  })();
});

it.each([
  { when: "while its outcome is unknown", waitMs: 0, state: "canceled", reason: "canceled:dropped 50%" },
  { when: "after the deadline", waitMs: 900_000, state: "failed", reason: "failed:deadline_exceeded 100%" },
])(
  "records the end and the costs of a late result $when, after a cancel request",
  async ({ reason, state, waitMs }) => {
    const response = heldCall<SubmitOutcome>();
    const provider = scriptedProvider({ submit: [response.line] });
    await bench({ provider }, async (given) => {
      const id = await given.submit({ dropOnCancel: true, refunds: { dropped: 50 } });
      const slow = given.step();
      await response.called;
      given.clock.skip(benchLeaseMs);
      const other = given.addWorker();
      await other.tick();
      await given.cancel(id);
      given.clock.skip(waitMs);
      if (waitMs > 0) await other.tick();
      response.resolve({ ...done(), costs });
      await slow;
      expect((await given.generation(id)).state).toBe(state);
      const { entries } = await given.store.listCredits({ accountId: "ada", limit: 1, before: null });
      expect(entries).toMatchObject([{ reason }]);
      const found = await given.store.findAttempt({ generationId: id, attempt: 1 });
      expect(found?.attempt.state).toBe("done");
      expect(await given.store.readCosts({ from: 0, to: Number.MAX_SAFE_INTEGER })).toMatchObject(costs);
    })();
  },
);
