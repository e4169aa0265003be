import { expect, test } from "vitest";
import { medianOf, quantileOf } from "./quantiles.ts";

test("returns a measured figure, in any order of the figures", () => {
  const figures = [40, 10, 100, 20, 30];
  expect(medianOf(figures)).toBe(30);
  expect(quantileOf(figures, 0)).toBe(10);
  expect(quantileOf(figures, 0.99)).toBe(100);
  expect(quantileOf(figures, 1)).toBe(100);
  expect(figures[0]).toBe(40);
});

test("sorts numerically", () => {
  expect(quantileOf([9, 10, 1], 1)).toBe(10);
});

test("returns NaN without figures", () => {
  expect(medianOf([])).toBeNaN();
});
