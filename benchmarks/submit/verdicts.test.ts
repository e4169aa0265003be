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
  answerBytes: 1_000,
};

/** What verdicts are made of. */
interface Told {
  readonly perSecond?: number;
  readonly hostBusy?: number;
  readonly loadBusy?: number;
}

/** All that is judged, where nothing else is said of it. */
const ordinary: Readonly<Record<string, Told | Absent>> = {
  [names.bare]: { perSecond: 10_000 },
  [names.safelight]: { perSecond: 4_000 },
  [names.pgBoss]: { perSecond: 1_000 },
  [names.pgBossTuned]: { perSecond: 1_500 },
  [names.template]: { perSecond: 100 },
  [names.templateTuned]: { perSecond: 200 },
  [names.templatePostgres]: { perSecond: 2_500 },
  [names.templatePostgresTuned]: { perSecond: 3_000 },
};

function resultsWith(others: Readonly<Record<string, Told | Absent>> = {}): Results {
  return Object.entries({ ...ordinary, ...others }).map(([name, outcome]) => ({
    name,
    outcome: "absent" in outcome ? outcome : { ...figures, ...outcome },
  }));
}

const judged = (results: Results, isPinned = true) => verdictsOf(results, { isPinned }).map(({ isMet }) => isMet);

test("holds where each target is reached", () => {
  expect(judged(resultsWith())).toEqual([true, true, true, true]);
});

test("is missed where each target is not reached", () => {
  expect(judged(resultsWith({ [names.safelight]: { perSecond: 1_900 } }))).toEqual([false, false, false, false]);
});

test("compares with the faster configuration of a peer", () => {
  const results = resultsWith({ [names.pgBoss]: { perSecond: 2_100 }, [names.templateTuned]: { perSecond: 4_100 } });
  expect(judged(results)).toEqual([true, true, false, false]);
});

test("tells nothing of a peer that is absent, and goes by its other configuration where that is there", () => {
  const absent = { absent: "not installed" };
  expect(judged(resultsWith({ [names.pgBoss]: absent }))).toEqual([true, true, true, true]);
  expect(judged(resultsWith({ [names.pgBoss]: absent, [names.pgBossTuned]: absent }))).toEqual([
    true,
    true,
    null,
    true,
  ]);
});

test("knows no ceiling where the load generator, and not the bare route, was at its end", () => {
  expect(judged(resultsWith({ [names.bare]: { hostBusy: 0.5, loadBusy: 0.99 } }))).toEqual([true, null, true, true]);
});

test.each([
  ["neither the bare route nor the load generator had a core", { hostBusy: 0.7, loadBusy: 0.6 }, true],
  ["the processor time of the host cannot be read", { hostBusy: Number.NaN, loadBusy: 0.99 }, true],
  ["no process was pinned", { hostBusy: 0.95 }, false],
])("tells nothing at all where %s", (_, bare, isPinned) => {
  expect(judged(resultsWith({ [names.bare]: bare }), isPinned)).toEqual([null, null, null, null]);
  expect(hasCores({ ...figures, ...bare }, isPinned)).toBe(false);
});
