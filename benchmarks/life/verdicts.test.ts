import { expect, test } from "vitest";
import type { Absent } from "../frame/compare.ts";
import { type LifeFigures, safelight } from "./contenders.ts";
import { bestOf, verdictsOf } from "./verdicts.ts";

const contenders = [safelight, "queue"].flatMap((product) => [
  { product, name: product },
  { product, name: `${product}, tuned` },
]);

/** Rates in the order of the contenders, in lifecycles per second; `null` for an absent one. */
function bestOfRates(...rates: readonly (number | null)[]) {
  const outcomeOf = (rate: number | null): LifeFigures | Absent =>
    rate === null ? { absent: "not installed" } : { rate, hostMs: 1, serverMs: 0 };
  const results = contenders.map(({ name }, index) => ({ name, outcome: outcomeOf(rates[index] ?? null) }));
  return bestOf(contenders, results);
}

const judged = (best: ReadonlyMap<string, LifeFigures | null>, isPinned = true) =>
  verdictsOf(best, { isPinned }).map(({ isMet }) => isMet);

test("compares the better configuration of each", () => {
  expect([...bestOfRates(1_500, 2_500, 2_400, 1_000)].map(([product, figures]) => [product, figures?.rate])).toEqual([
    [safelight, 2_500],
    ["queue", 2_400],
  ]);
  expect(judged(bestOfRates(1_500, 2_500, 2_400, 1_000))).toEqual([true, true]);
  expect(judged(bestOfRates(1_500, 1_900, 1_000, 1_900))).toEqual([false, false]);
});

test("uses the configuration that is present, and has no verdict for an absent peer", () => {
  expect(judged(bestOfRates(2_500, 2_500, null, 3_000))).toEqual([true, false]);
  expect(judged(bestOfRates(2_500, 2_500, null, null))).toEqual([true, null]);
});

test("has no verdict for one core without pinning, or for NaN", () => {
  expect(judged(bestOfRates(2_500, 2_500, 2_000, 2_000), false)).toEqual([null, true]);
  expect(judged(bestOfRates(Number.NaN, null, 2_000, null))).toEqual([null, null]);
});
