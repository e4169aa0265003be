import { expect, test } from "vitest";
import { inKb, inMs, inTimes, inWords } from "./words.ts";

test("says three digits that count", () => {
  expect([3_120.4, 100, 12.44, 0.314, -12.44].map(inWords)).toEqual(["3,120", "100", "12.4", "0.31", "-12.4"]);
});

test("says units", () => {
  expect(inMs(340)).toBe("340 ms");
  expect(inKb(12_300)).toBe("12.3 kB");
  expect(inTimes(2.4)).toBe("2.40 ×");
});

test("says a dash where there is no figure", () => {
  expect([inWords(Number.NaN), inMs(Number.NaN), inTimes(Number.NaN), inTimes(1 / 0)]).toEqual(["–", "–", "–", "–"]);
});
