import type { VendorCost } from "../../ports/provider.js";

/** One cost per unit that the vendor counted, in the order of `counts`. Missing counts and counts of 0 are left out. */
export function costsIn(counts: Readonly<Record<string, unknown>>): { readonly costs?: readonly VendorCost[] } {
  const costs = Object.entries(counts).flatMap(([unit, amount]) =>
    typeof amount === "number" && amount > 0 ? [{ amount, unit }] : [],
  );
  return costs.length === 0 ? {} : { costs };
}
