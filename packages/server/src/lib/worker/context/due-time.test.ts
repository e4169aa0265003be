import { expect, it } from "vitest";
import { dueIn, dueNow, leftUntil } from "./due-time.js";

it("counts down to the due time, and is due at once when the clock was set back", () => {
  expect(leftUntil(dueNow, 0)).toBe(0);
  const due = dueIn(1_000, 5_000);
  expect([5_000, 5_999, 6_000, 9_000].map((now) => leftUntil(due, now))).toEqual([1_000, 1, 0, 0]);
  expect(leftUntil(due, 4_999)).toBe(0);
});
