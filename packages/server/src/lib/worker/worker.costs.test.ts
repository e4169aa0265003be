import { expect, it } from "vitest";
import type { OperationStatus, SubmitOutcome } from "../ports/provider.js";
import { memoryStorage } from "../storage/memory-storage.js";
import { libsqlStore } from "../store/libsql/libsql-store.js";
import { done, type ProviderScript, scriptedProvider } from "../testing/scripted-provider.js";
import { workerBench } from "../testing/worker-bench.js";

const bench = workerBench({
  openStore: (path, now) => libsqlStore({ url: `file:${path}`, now, synchronous: "normal" }),
  createStorage: memoryStorage,
});

const cost = { amount: 3, unit: "bfl-credits" };
const blocking = { capabilities: { resumable: false } };
const blocked = { code: "content_blocked", message: "filtered" } as const;
const accepted: SubmitOutcome = { type: "accepted", operation: { job: "1" }, cost };
const failed: OperationStatus = { type: "failed", failure: blocked, cost };
const answered = (outputs: Extract<SubmitOutcome, { type: "done" }>["outputs"]): SubmitOutcome => ({
  type: "done",
  outputs,
  cost,
});

it.each<[string, ProviderScript<unknown>]>([
  ["accepts", { submit: [accepted], poll: [done()] }],
  ["has finished", { poll: [{ ...done(), cost }] }],
  ["failed", { poll: [failed] }],
  ["answered with outputs", { ...blocking, submit: [answered(done().outputs)] }],
  ["answered with nothing", { ...blocking, submit: [answered([])] }],
  ["answered with what was filtered", { ...blocking, submit: [answered([{ failure: blocked }])] }],
])("records what a vendor charges that %s", async (_when, script) => {
  await bench({ provider: scriptedProvider(script) }, async (given) => {
    await given.runTo(await given.submit());
    const [row] = await given.store.readCosts({ from: 0, to: Number.MAX_SAFE_INTEGER });
    expect(row).toMatchObject({ attempts: 1, ...cost });
  })();
});

it.each([
  ["below 0", { amount: -1, unit: "usd" }],
  ["no number", { amount: "3", unit: "usd" }],
  ["without a unit", { amount: 3 }],
  ["endless", { amount: Number.POSITIVE_INFINITY, unit: "usd" }],
])("leaves out a cost that is %s, and keeps the result", async (_what, nonsense) => {
  // The types say otherwise, and hosts write providers without them.
  const provider = scriptedProvider({ poll: [{ ...done(), cost: nonsense as never }] });
  await bench({ provider }, async (given) => {
    expect(await given.runTo(await given.submit())).toMatchObject({ state: "completed" });
    const [row] = await given.store.readCosts({ from: 0, to: Number.MAX_SAFE_INTEGER });
    expect(row).toMatchObject({ unit: null, amount: 0 });
  })();
});
