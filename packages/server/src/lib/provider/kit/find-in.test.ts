import { expect, it } from "vitest";
import { findIn, maxFiles } from "./find-in.js";

const isText = (part: unknown): part is string => typeof part === "string";
const nested = (levels: number): unknown => (levels === 0 ? "a" : [nested(levels - 1)]);

it("finds nested parts in order", () => {
  expect(findIn({ one: "a", two: [null, 7, { three: "b" }], four: "c" }, isText)).toEqual(["a", "b", "c"]);
  expect(findIn("a", isText)).toEqual(["a"]);
});

it("stops at the maximum depth and the maximum number of files", () => {
  expect(findIn(nested(8), isText)).toEqual(["a"]);
  expect(findIn(nested(9), isText)).toEqual([]);
  expect(findIn(Array.from({ length: maxFiles + 1 }).fill("a"), isText)).toHaveLength(maxFiles);
});
