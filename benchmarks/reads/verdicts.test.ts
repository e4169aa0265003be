import { expect, test } from "vitest";
import { others, reads } from "./measure-reads.ts";
import { operatorPages } from "./operator-pages.ts";
import { type SizeFigures, verdictsOf } from "./verdicts.ts";

const operations = [...Object.keys(reads), ...Object.keys(others), ...Object.keys(operatorPages)];

/** Medians of 1 ms and p99 of 5 ms, unless overridden. */
function sizeOf(generations: number, others: Readonly<Record<string, number>> = {}, fitsIntoMemory = true) {
  const usual = operations.flatMap((name) => [[`${name} median`, 1] as const, [`${name} p99`, 5] as const]);
  return { generations, fitsIntoMemory, figures: { ...Object.fromEntries(usual), ...others } };
}

const ofOwners = (...sizes: readonly SizeFigures[]) =>
  verdictsOf(sizes).filter(({ what }) => !what.includes("operator"));
const judged = (...sizes: readonly SizeFigures[]) => ofOwners(...sizes).map(({ isMet }) => isMet);
const first = sizeOf(1_000);

test("has verdicts on the p99 of each size and the ratio to the first size, and others for any owner's page", () => {
  expect(ofOwners(first, sizeOf(5_000)).map(({ what }) => what)).toEqual([
    "p99 of reads at 1,000 generations",
    "p99 of first page of any owner at 1,000 generations",
    "reads at 5,000 generations, relative to the first size",
    "p99 of reads at 5,000 generations",
    "first page of any owner at 5,000 generations, relative to the first size",
    "p99 of first page of any owner at 5,000 generations",
  ]);
  expect(judged(first, sizeOf(5_000))).toEqual([true, true, true, true, true, true]);
});

test("uses the slowest read, and ignores writes", () => {
  const slow = sizeOf(5_000, { "status median": 2.1, "deepPage p99": 11, "submit median": 9, "claim p99": 99 });
  expect(judged(first, slow)).toEqual([true, true, false, false, true, true]);
  expect(ofOwners(first, slow)[2]?.measured).toBe("2.10 × (status)");
});

test("allows three times beyond a million", () => {
  const slower = { "active median": 2.5, "anyFirstPage median": 2.5 };
  expect(judged(first, sizeOf(1_000_000, slower))).toEqual([true, true, false, true, false, true]);
  expect(judged(first, sizeOf(10_000_000, slower))).toEqual([true, true, true, true, true, true]);
});

test("has no verdict on the page of any owner when the file exceeds the memory", () => {
  const large = sizeOf(10_000_000, { "anyFirstPage median": 40, "anyFirstPage p99": 90 }, false);
  expect(judged(first, large)).toEqual([true, true, true, true, null, null]);
});

test("has no verdict without a measurement", () => {
  expect(judged(first, sizeOf(5_000, { "status median": NaN, "heavyActive p99": NaN }))).toEqual([
    true,
    true,
    null,
    null,
    true,
    true,
  ]);
});

test("allows the operator's overview 300 ms and each list 100 ms, and has no verdict on pages without a target", () => {
  const slow = sizeOf(1_000, { "overview p99": 299, "list p99": 101, "vendors p99": 9_999, "ownerList p99": NaN });
  const ofOperator = verdictsOf([slow]).filter(({ what }) => what.includes("operator"));
  expect(ofOperator.map(({ target, isMet }) => [target, isMet])).toEqual([
    ["≤ 300 ms", true],
    ["≤ 100 ms", false],
    ["≤ 100 ms", true],
    ["≤ 100 ms", null],
    ["≤ 100 ms", true],
  ]);
});
