import { describe, expect, it } from "vitest";
import { type Budget, budgets, cellsOf, exceededSizes } from "./budgets.ts";

const budget: Budget = {
  page: "hooks",
  bundler: "Vite",
  max: { firstLoad: 8_500, everything: 19_500, inlined: 16_500 },
};

describe("budgets", () => {
  it("are met by sizes up to the limits", () => {
    expect(exceededSizes({ budget, size: budget.max })).toEqual([]);
  });

  it.each([
    ["firstLoad", "first load"],
    ["everything", "in all"],
    ["inlined", "in one file"],
  ] as const)("are exceeded by one byte more: %s", (key, name) => {
    const size = { ...budget.max, [key]: (budget.max[key] ?? 0) + 1 };
    expect(exceededSizes({ budget, size })).toEqual([name]);
  });

  it("ignore one file where the bundler cannot build it", () => {
    expect(exceededSizes({ budget, size: { ...budget.max, inlined: null } })).toEqual([]);
    expect(exceededSizes({ budget: { ...budget, max: { ...budget.max, inlined: null } }, size: budget.max })).toEqual(
      [],
    );
  });

  it("are printed beside each size", () => {
    const size = { firstLoad: 8_204, everything: 19_510, inlined: null };
    expect(cellsOf({ budget, size })).toEqual(["hooks", "Vite", "8.20 of 8.50 kB", "19.51 of 19.50 kB", "–"]);
  });

  it("have a row for each page and bundler once", () => {
    const keys = budgets.map(({ bundler, page }) => `${page} ${bundler}`);
    expect(new Set(keys).size).toBe(keys.length);
  });
});
