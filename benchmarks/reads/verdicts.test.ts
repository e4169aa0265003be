import { expect, test } from "vitest";
import { others, reads } from "./measure-reads.ts";
import { type SizeFigures, verdictsOf } from "./verdicts.ts";

const operations = [...Object.keys(reads), ...Object.keys(others)];

/** Everything takes a millisecond and at most five, where nothing else is said. */
function sizeOf(generations: number, others: Readonly<Record<string, number>> = {}, fitsIntoMemory = true) {
  const usual = operations.flatMap((name) => [[`${name} median`, 1] as const, [`${name} p99`, 5] as const]);
  return { generations, fitsIntoMemory, figures: { ...Object.fromEntries(usual), ...others } };
}

const judged = (...sizes: readonly SizeFigures[]) => verdictsOf(sizes).map(({ isMet }) => isMet);
const first = sizeOf(1_000);

test("judges p99 of each size, and how often the first goes into the others; the page of anybody apart", () => {
  expect(verdictsOf([first, sizeOf(5_000)]).map(({ what }) => what)).toEqual([
    "p99 of reads at 1,000 generations",
    "p99 of first page of anybody at 1,000 generations",
    "reads at 5,000 generations beside the first size",
    "p99 of reads at 5,000 generations",
    "first page of anybody at 5,000 generations beside the first size",
    "p99 of first page of anybody at 5,000 generations",
  ]);
  expect(judged(first, sizeOf(5_000))).toEqual([true, true, true, true, true, true]);
});

test("goes by the slowest read, and not by what is written", () => {
  const slow = sizeOf(5_000, { "status median": 2.1, "deepPage p99": 11, "submit median": 9, "claim p99": 99 });
  expect(judged(first, slow)).toEqual([true, true, false, false, true, true]);
  expect(verdictsOf([first, slow])[2]?.measured).toBe("2.10 × (status)");
});

test("allows three times beyond a million", () => {
  const slower = { "active median": 2.5, "anyFirstPage median": 2.5 };
  expect(judged(first, sizeOf(1_000_000, slower))).toEqual([true, true, false, true, false, true]);
  expect(judged(first, sizeOf(10_000_000, slower))).toEqual([true, true, true, true, true, true]);
});

test("tells nothing of the page of anybody where the file is larger than the memory", () => {
  const large = sizeOf(10_000_000, { "anyFirstPage median": 40, "anyFirstPage p99": 90 }, false);
  expect(judged(first, large)).toEqual([true, true, true, true, null, null]);
});

test("tells nothing where one was not measured", () => {
  expect(judged(first, sizeOf(5_000, { "status median": NaN, "heavyActive p99": NaN }))).toEqual([
    true,
    true,
    null,
    null,
    true,
    true,
  ]);
});
