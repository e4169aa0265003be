import { expect, it } from "vitest";
import { done, type ProviderScript, scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { workerBench } from "../../../../testing/worker-bench.js";
import type { OperationStatus, SubmitOutcome } from "../../ports/provider.js";
import { memoryStorage } from "../../storage/memory-storage.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";

const bench = workerBench({
  openStore: (path, now) => libsqlStore({ url: `file:${path}`, now, synchronous: "normal" }),
  createStorage: memoryStorage,
});

const cost = { amount: 3, unit: "bfl-credits" };
const costs = [cost];
const blocking = { capabilities: { resumable: false } };
const blocked = { code: "content_blocked", message: "filtered" } as const;
const accepted: SubmitOutcome = { type: "accepted", operation: { job: "1" }, costs };
const failed: OperationStatus = { type: "failed", failure: blocked, costs };
const responded = (outputs: Extract<SubmitOutcome, { type: "done" }>["outputs"]): SubmitOutcome => ({
  type: "done",
  outputs,
  costs,
});

it.each<[string, ProviderScript<unknown>]>([
  ["accepts the request", { submit: [accepted], poll: [done()] }],
  ["finishes the job", { poll: [{ ...done(), costs }] }],
  ["fails the job", { poll: [failed] }],
  ["returns outputs", { ...blocking, submit: [responded(done().outputs)] }],
  ["returns no outputs", { ...blocking, submit: [responded([])] }],
  ["returns a filtered output", { ...blocking, submit: [responded([{ failure: blocked }])] }],
])("records the cost when the vendor %s", async (_case, script) => {
  await bench({ provider: scriptedProvider(script) }, async (given) => {
    await given.runTo(await given.submit());
    const [row] = await given.store.readCosts({ from: 0, to: Number.MAX_SAFE_INTEGER });
    expect(row).toMatchObject({ attempts: 1, ...cost });
  })();
});

it.each([
  ["below 0", { amount: -1, unit: "usd" }],
  ["a string", { amount: "3", unit: "usd" }],
  ["without a unit", { amount: 3 }],
  ["infinite", { amount: Number.POSITIVE_INFINITY, unit: "usd" }],
  ["not a number", { amount: Number.NaN, unit: "usd" }],
  ["above 1e15", { amount: 1.001e15, unit: "usd" }],
])("drops a cost that is %s, and keeps the result", async (_case, nonsense) => {
  // The types forbid it, but hosts write providers in JavaScript, too.
  const provider = scriptedProvider({ poll: [{ ...done(), costs: [nonsense as never, cost] }] });
  await bench({ provider }, async (given) => {
    expect(await given.runTo(await given.submit())).toMatchObject({ state: "completed" });
    expect(await given.store.readCosts({ from: 0, to: Number.MAX_SAFE_INTEGER })).toMatchObject([cost]);
  })();
});

it.each([
  ["a lone surrogate", "\ud800x", "\ufffdx"],
  ["a NUL character", "a\0b", "a\ufffdb"],
  ["a character that the limit cuts", `${"a".repeat(31)}😀`, `${"a".repeat(31)}\ufffd`],
])("replaces %s in a unit", async (_case, unit, stored) => {
  const provider = scriptedProvider({ poll: [{ ...done(), costs: [{ amount: 3, unit }] }] });
  await bench({ provider }, async (given) => {
    await given.runTo(await given.submit());
    expect(await given.store.readCosts({ from: 0, to: Number.MAX_SAFE_INTEGER })).toMatchObject([
      { amount: 3, unit: stored },
    ]);
  })();
});

it("ignores costs that are not a list", async () => {
  const provider = scriptedProvider({ poll: [{ ...done(), costs: cost as never }] });
  await bench({ provider }, async (given) => {
    expect(await given.runTo(await given.submit())).toMatchObject({ state: "completed" });
    expect(await given.store.readCosts({ from: 0, to: Number.MAX_SAFE_INTEGER })).toMatchObject([
      { unit: null, amount: 0 },
    ]);
  })();
});

it("sums the valid costs of attempts with huge ones", async () => {
  const costs = [{ amount: 1e308, unit: "usd" }, cost];
  const provider = scriptedProvider({
    poll: [
      { ...done(), costs },
      { ...done(), costs },
    ],
  });
  await bench({ provider }, async (given) => {
    for (let count = 0; count < 2; count += 1) await given.runTo(await given.submit());
    const rows = await given.store.readCosts({ from: 0, to: Number.MAX_SAFE_INTEGER });
    expect(rows).toMatchObject([{ attempts: 2, amount: 6, unit: cost.unit }]);
  })();
});

it("sums amounts of one unit up to 1e15, and keeps eight units", async () => {
  const units = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];
  const reported = [...units, "a"].map((unit) => ({ amount: 2, unit }));
  const max = { amount: 1e15 - 2, unit: "h" };
  const provider = scriptedProvider({ poll: [{ ...done(), costs: [...reported, max, max] }] });
  await bench({ provider }, async (given) => {
    await given.runTo(await given.submit());
    const rows = await given.store.readCosts({ from: 0, to: Number.MAX_SAFE_INTEGER });
    const expected = units.slice(0, 8).map((unit) => ({ unit, amount: unit === "a" ? 4 : 2 }));
    expect(rows).toMatchObject(expected.with(7, { unit: "h", amount: 1e15 }));
  })();
});
