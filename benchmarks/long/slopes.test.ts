import { expect, test } from "vitest";
import { growthAcrossLives, growthWithAge, type Reading } from "./slopes.ts";

const lifeOf = (life: number, valueAt: (age: number) => number): readonly Reading[] =>
  [20, 30, 40, 50, 60].map((age) => ({ life, age, value: valueAt(age) }));

test("sees how much a value grows with age, and that another does not", () => {
  expect(growthWithAge(lifeOf(1, (age) => 100 + 2 * age))).toBeCloseTo(80);
  expect(growthWithAge(lifeOf(1, (age) => 300 - 2 * age))).toBeCloseTo(-80);
  expect(growthWithAge(lifeOf(1, () => 100))).toBeCloseTo(0);
});

test("takes one reading that stands out for no growth with age where it is in the middle", () => {
  expect(growthWithAge(lifeOf(1, (age) => (age === 40 ? 1_000 : 100)))).toBeCloseTo(0);
});

test("sees growth from the first life to the last, by the median of each", () => {
  const lives = [1, 2, 3, 4].flatMap((life) => lifeOf(life, (age) => life * 10 + (life === 4 && age === 60 ? 500 : 0)));
  expect(growthAcrossLives(lives)).toBeCloseTo(30);
});

test("does not take growth within each life for growth across lives", () => {
  expect(growthAcrossLives([1, 2, 3].flatMap((life) => lifeOf(life, (age) => age)))).toBeCloseTo(0);
});

test("tells nothing of no readings, nor of one life beside itself", () => {
  expect(growthWithAge([])).toBeNaN();
  expect(growthAcrossLives(lifeOf(1, () => 100))).toBeNaN();
});
