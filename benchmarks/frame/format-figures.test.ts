import { expect, test } from "vitest";
import { formatKb, formatMs, formatNumber, formatRatio } from "./format-figures.ts";

test("formats three significant digits", () => {
  expect([3_120.4, 100, 12.44, 0.314, -12.44].map(formatNumber)).toEqual(["3,120", "100", "12.4", "0.31", "-12.4"]);
});

test("formats units", () => {
  expect(formatMs(340)).toBe("340 ms");
  expect(formatKb(12_300)).toBe("12.3 kB");
  expect(formatRatio(2.4)).toBe("2.40 ×");
});

test("formats a missing figure as a dash", () => {
  expect([formatNumber(Number.NaN), formatMs(Number.NaN), formatRatio(Number.NaN), formatRatio(1 / 0)]).toEqual([
    "–",
    "–",
    "–",
    "–",
  ]);
});
