import { expect, it } from "vitest";
import type { CostRecord } from "../ports/store/credits-store.js";
import { marginsOf } from "./margins.js";

const cost = (change: Partial<CostRecord>): CostRecord => ({
  ...{ model: "flux", providerId: "fal", unit: "megapixels", attempts: 2, amount: 10, credits: 8 },
  ...change,
});
const settings = {
  creditValue: { amount: 0.5, currency: "USD" },
  vendorPrices: { fal: { megapixels: 0.25, seconds: 0.5 } },
};

it("subtracts the price of all units of a model at a vendor from the value of its credits", () => {
  const costs = [cost({}), cost({ unit: "seconds", amount: 1, credits: 0 }), cost({ model: "other", amount: 100 })];
  expect(marginsOf(costs, settings)).toMatchObject([
    { model: "flux", credits: 8, value: 4, cost: 3, margin: 1, lines: [{ cost: 2.5 }, { cost: 0.5 }] },
    { model: "other", margin: -21 },
  ]);
});

it.each([
  ["the price of a unit is missing", [cost({}), cost({ unit: "images", credits: 0 })]],
  ["the unit is a name of every object", [cost({ unit: "constructor" })]],
  ["the provider is a name of every object", [cost({ providerId: "constructor" })]],
  ["credits were kept without a reported cost", [cost({}), cost({ unit: null, amount: 0, credits: 4 })]],
])("has no margin if %s", (_, costs) => {
  expect(marginsOf(costs, settings)).toMatchObject([{ cost: null, margin: null }]);
});

it("ignores attempts that reported no cost and kept no credits", () => {
  const costs = [cost({}), cost({ unit: null, amount: 0, credits: 0 })];
  expect(marginsOf(costs, settings)).toMatchObject([{ cost: 2.5, margin: 1.5 }]);
});

it("has no value without the worth of a credit", () => {
  expect(marginsOf([cost({})], { ...settings, creditValue: null })).toMatchObject([
    { value: null, cost: 2.5, margin: null },
  ]);
});
