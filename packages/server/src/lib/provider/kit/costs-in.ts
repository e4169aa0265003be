import type { VendorCost } from "../../ports/provider.js";

/** Costs by what a vendor counted, one unit each, in the order given. What it did not count, or found none of, is left out. */
export function costsIn(counts: Readonly<Record<string, unknown>>): { readonly costs?: readonly VendorCost[] } {
  const costs = Object.entries(counts).flatMap(([unit, amount]) =>
    typeof amount === "number" && amount > 0 ? [{ amount, unit }] : [],
  );
  return costs.length === 0 ? {} : { costs };
}
