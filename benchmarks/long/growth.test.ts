import { expect, test } from "vitest";
import { growthAcrossLifetimes, growthWithAge, type Reading } from "./growth.ts";

const readingsOfLifetime = (lifetime: number, valueAt: (age: number) => number): readonly Reading[] =>
  [20, 30, 40, 50, 60].map((age) => ({ lifetime, age, value: valueAt(age) }));

test("returns the growth with age, and zero for a constant value", () => {
  expect(growthWithAge(readingsOfLifetime(1, (age) => 100 + 2 * age))).toBeCloseTo(80);
  expect(growthWithAge(readingsOfLifetime(1, (age) => 300 - 2 * age))).toBeCloseTo(-80);
  expect(growthWithAge(readingsOfLifetime(1, () => 100))).toBeCloseTo(0);
});

test("ignores an outlier in the middle", () => {
  expect(growthWithAge(readingsOfLifetime(1, (age) => (age === 40 ? 1_000 : 100)))).toBeCloseTo(0);
});

test("returns the growth from the first lifetime to the last, by medians", () => {
  const lifetimes = [1, 2, 3, 4].flatMap((lifetime) =>
    readingsOfLifetime(lifetime, (age) => lifetime * 10 + (lifetime === 4 && age === 60 ? 500 : 0)),
  );
  expect(growthAcrossLifetimes(lifetimes)).toBeCloseTo(30);
});

test("does not count growth within a lifetime as growth across lifetimes", () => {
  expect(
    growthAcrossLifetimes([1, 2, 3].flatMap((lifetime) => readingsOfLifetime(lifetime, (age) => age))),
  ).toBeCloseTo(0);
});

test("returns NaN without readings, or for a single lifetime", () => {
  expect(growthWithAge([])).toBeNaN();
  expect(growthAcrossLifetimes(readingsOfLifetime(1, () => 100))).toBeNaN();
});
