import { expect, it } from "vitest";
import { describePlace } from "./queue-place.ts";

it.each([
  [0, "1st in the queue"],
  [1, "2nd in the queue"],
  [2, "3rd in the queue"],
  [10, "11th in the queue"],
  [22, "23rd in the queue"],
  ["100+", "100+ ahead in the queue"],
] as const)("describes the place of a generation with %s ahead", (ahead, text) => {
  expect(describePlace(ahead)).toBe(text);
});
