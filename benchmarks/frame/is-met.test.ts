import { expect, test } from "vitest";
import { areAllMet, isAbove, isAtLeast, isAtMost } from "./is-met.ts";

test("compares with the target, which itself satisfies `at least` and `at most` only", () => {
  expect([2, 3, 4].map((figure) => isAtLeast(figure, 3))).toEqual([false, true, true]);
  expect([2, 3, 4].map((figure) => isAtMost(figure, 3))).toEqual([true, true, false]);
  expect([2, 3, 4].map((figure) => isAbove(figure, 3))).toEqual([false, false, true]);
});

test.each([null, Number.NaN])("returns null for %s", (figure) => {
  expect([isAtLeast(figure, 3), isAtMost(figure, 3), isAbove(figure, 3)]).toEqual([null, null, null]);
});

test("is met when all are met, and missed when one is missed, even with unknown ones", () => {
  expect([areAllMet(true, true), areAllMet(true, null), areAllMet(null, false, true)]).toEqual([true, null, false]);
});
