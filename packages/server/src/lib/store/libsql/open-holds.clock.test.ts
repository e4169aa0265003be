import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { copyMigrated } from "../../../../testing/copy-migrated.js";
import { Scenario } from "../../../../testing/store-contract/scenario.js";
import { tempFolder } from "../../../../testing/temp-folder.js";
import { libsqlStore } from "./libsql-store.js";

const hourMs = 3_600_000;
const releaseAfterMs = 300_000;
const known = { models: [], topics: ["resolve_hold"] } as const;

/** Stores of two processes on one file. The clock of the second one is wrong by `wrongMs`. */
async function twoProcesses(wrongMs: number) {
  const path = join(await tempFolder("hold-clock"), "test.db");
  await copyMigrated(path);
  let elapsed = 0;
  const open = (offset: number) => {
    const store = libsqlStore({
      url: `file:${path}`,
      now: () => 1_800_000_000_000 + elapsed + offset,
      monotonicNow: () => elapsed,
    });
    onTestFinished(() => store.close());
    return store;
  };
  const [right, wrong] = [open(0), open(wrongMs)];
  const claimedBy = async (store: typeof right) => {
    // Reports the time, as each round of a worker.
    await store.claim({ models: ["demo"], limit: 1, leaseMs: 30_000, token: `claim ${elapsed}` });
    const items = await store.claimOutbox({ ...known, limit: 10, leaseMs: 60_000 });
    return items.flatMap((item) => (item.topic === "resolve_hold" ? [item.hold.key] : []));
  };
  const scenario = new Scenario(right);
  const key = scenario.id();
  await right.openHolds({ holds: [{ key, accountId: "ada", credits: 4 }], releaseAfterMs });
  const pass = (milliseconds: number) => {
    elapsed += milliseconds;
  };
  return { claimedBy, key, pass, right, scenario, wrong };
}

it.each([310_000, hourMs, 365 * 24 * hourMs, -hourMs, -50 * 365 * 24 * hourMs])(
  "releases no hold during its submit if a worker's clock is wrong by %i ms",
  async (wrongMs) => {
    const { claimedBy, key, pass, scenario, wrong } = await twoProcesses(wrongMs);
    for (let round = 0; round < 5; round += 1) {
      expect(await claimedBy(wrong)).toEqual([]);
      // A worker that waits no time would be busy.
      expect(await wrong.nextDueInMs(known)).toBeGreaterThan(0);
      pass(releaseAfterMs / 5 - 1);
    }
    await scenario.accepted({ id: key, initialGrant: 0, hold: { reference: null } });
    pass(releaseAfterMs);
    expect(await claimedBy(wrong)).toEqual([]);
  },
);

it.each([0, hourMs, -hourMs])(
  "releases a hold without a submit five minutes after a worker has seen it (%i ms)",
  async (wrongMs) => {
    const { claimedBy, key, pass, scenario, wrong } = await twoProcesses(wrongMs);
    expect(await claimedBy(wrong)).toEqual([]);
    pass(releaseAfterMs);
    expect(await wrong.nextDueInMs(known)).toBe(0);
    expect(await claimedBy(wrong)).toEqual([key]);
    expect(await scenario.submit({ id: key, initialGrant: 0, hold: { reference: null } })).toEqual({
      type: "hold_released",
    });
  },
);

it("releases an unused hold at once", async () => {
  const { claimedBy, key, pass, right } = await twoProcesses(0);
  pass(1_000);
  await right.endHolds({ refused: [], unused: [key] });
  expect(await claimedBy(right)).toEqual([key]);
});

it("releases the holds of all users in time, however many are open", async () => {
  const { key, pass, right, wrong } = await twoProcesses(0);
  const holds = Array.from({ length: 2_500 }, (_, index) => ({ key: `gen_${index}`, accountId: "eve", credits: 4 }));
  await right.openHolds({ holds, releaseAfterMs });
  const isOpen = [];
  for (let read = 0; read < 3; read += 1) isOpen.push(await wrong.nextDueInMs(known));
  // Until the last page, the next read is soon.
  expect(isOpen).toEqual([1_000, 1_000, releaseAfterMs]);
  pass(releaseAfterMs);
  const claim = async (limit: number) => {
    const items = await wrong.claimOutbox({ ...known, limit, leaseMs: 60_000 });
    return items.flatMap((item) => (item.topic === "resolve_hold" ? [item.hold.key] : []));
  };
  const claimed = [await claim(10), await claim(10), await claim(3_000), await claim(10)];
  expect(claimed.map(({ length }) => length)).toEqual([10, 10, 2_481, 0]);
  expect(claimed.flat()).toContain(key);
});

it("forgets an open hold that another process has ended", async () => {
  const { key, pass, right, wrong } = await twoProcesses(0);
  expect(await wrong.nextDueInMs(known)).toBe(releaseAfterMs);
  await right.endHolds({ refused: [key], unused: [] });
  pass(releaseAfterMs);
  expect(await wrong.nextDueInMs(known)).toBe(null);
});
