import { expect, it } from "vitest";
import { excess } from "./resource-usage.js";

it("lists the resources beyond the allowance", () => {
  const before = { files: 20, timers: 1, heapBytes: 100 };
  const allowance = { files: 2, timers: 2, heapBytes: 50 };
  expect(excess(before, { after: { files: 22, timers: 0, heapBytes: 150 }, allowance })).toEqual([]);
  expect(excess(before, { after: { files: 23, timers: 4, heapBytes: 90 }, allowance })).toEqual([
    "files: 20 before, 23 afterwards",
    "timers: 1 before, 4 afterwards",
  ]);
  expect(excess({ ...before, files: null }, { after: { ...before, files: null }, allowance })).toEqual([]);
});
