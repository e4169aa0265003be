import { expect, test } from "vitest";
import type { Absent } from "../frame/compare.ts";
import { names } from "./contenders.ts";
import type { SubmitFigures } from "./measure-host.ts";
import { hasCores, type Results, verdictsOf } from "./verdicts.ts";

const figures: SubmitFigures = {
  perSecond: 4_000,
  p50: 10,
  p99: 20,
  hostCpu: 0.2,
  serverCpu: 0,
  hostBusy: 0.95,
  loadBusy: 0.5,
  responseBytes: 1_000,
};

/** Figures that affect the verdicts. */
interface VerdictFigures {
  readonly perSecond?: number;
  readonly hostBusy?: number;
  readonly loadBusy?: number;
}

/** Default figures of all contenders. */
const ordinary: Readonly<Record<string, VerdictFigures | Absent>> = {
  [names.bare]: { perSecond: 10_000 },
  [names.safelight]: { perSecond: 4_000 },
  [names.pgBoss]: { perSecond: 1_000 },
  [names.pgBossTuned]: { perSecond: 1_500 },
  [names.template]: { perSecond: 100 },
  [names.templateTuned]: { perSecond: 200 },
  [names.templatePostgres]: { perSecond: 2_500 },
  [names.templatePostgresTuned]: { perSecond: 3_000 },
};

function resultsWith(others: Readonly<Record<string, VerdictFigures | Absent>> = {}): Results {
  return Object.entries({ ...ordinary, ...others }).map(([name, outcome]) => ({
    name,
    outcome: "absent" in outcome ? outcome : { ...figures, ...outcome },
  }));
}

const judged = (results: Results, isPinned = true) => verdictsOf(results, { isPinned }).map(({ isMet }) => isMet);

test("is met when each target is reached", () => {
  expect(judged(resultsWith())).toEqual([true, true, true, true]);
});

test("is missed when no target is reached", () => {
  expect(judged(resultsWith({ [names.safelight]: { perSecond: 1_900 } }))).toEqual([false, false, false, false]);
});

test("compares with the faster configuration of a peer", () => {
  const results = resultsWith({ [names.pgBoss]: { perSecond: 2_100 }, [names.templateTuned]: { perSecond: 4_100 } });
  expect(judged(results)).toEqual([true, true, false, false]);
});

test("has no verdict for an absent peer, and uses its other configuration if that is present", () => {
  const absent = { absent: "not installed" };
  expect(judged(resultsWith({ [names.pgBoss]: absent }))).toEqual([true, true, true, true]);
  expect(judged(resultsWith({ [names.pgBoss]: absent, [names.pgBossTuned]: absent }))).toEqual([
    true,
    true,
    null,
    true,
  ]);
});

test("has no verdict on the share when the load generator was the bottleneck of the bare route", () => {
  expect(judged(resultsWith({ [names.bare]: { hostBusy: 0.5, loadBusy: 0.99 } }))).toEqual([true, null, true, true]);
});

test.each([
  ["neither the bare route nor the load generator used its core fully", { hostBusy: 0.7, loadBusy: 0.6 }, true],
  ["the processor time of the host cannot be read", { hostBusy: Number.NaN, loadBusy: 0.99 }, true],
  ["no process was pinned", { hostBusy: 0.95 }, false],
])("has no verdicts when %s", (_, bare, isPinned) => {
  expect(judged(resultsWith({ [names.bare]: bare }), isPinned)).toEqual([null, null, null, null]);
  expect(hasCores({ ...figures, ...bare }, isPinned)).toBe(false);
});
