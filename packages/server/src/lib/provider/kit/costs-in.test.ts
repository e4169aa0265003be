import { expect, it } from "vitest";
import { costsIn } from "./costs-in.js";

it("keeps the unit and the order of each count", () => {
  expect(costsIn({ "output-tokens": 272, "input-tokens": 12 })).toEqual({
    costs: [
      { amount: 272, unit: "output-tokens" },
      { amount: 12, unit: "input-tokens" },
    ],
  });
});

it.each([undefined, null, "12", 0, -1, Number.NaN])("leaves out a count of %s", (count) => {
  expect(costsIn({ "output-tokens": count })).toEqual({});
});
