import type { CostRecord } from "../ports/store/credits-store.js";
import type { MoneySettings } from "./money-settings.js";

/** Charges of a vendor in one of its units. */
export interface MarginLine extends Pick<CostRecord, "attempts" | "amount" | "unit"> {
  /** In the currency; `null` without a price of the unit, and for attempts without reported costs. */
  readonly cost: number | null;
}

/** The money of one model at one vendor. */
export interface Margin {
  readonly model: string;
  readonly providerId: string;
  readonly credits: number;
  /** Worth of the credits; `null` without `creditValue`. */
  readonly value: number | null;
  readonly lines: readonly MarginLine[];
  /** `null` if a price is missing, or if credits were kept without a reported cost. */
  readonly cost: number | null;
  /** `value` minus `cost`; `null` without one of them. */
  readonly margin: number | null;
}

/** Groups the costs by model and vendor: an attempt with several units has its credits in one row only. */
export function marginsOf(costs: readonly CostRecord[], settings: MoneySettings): readonly Margin[] {
  const { creditValue, vendorPrices } = settings;
  const keyOf = ({ model, providerId }: CostRecord) => JSON.stringify([model, providerId]);
  const firsts = costs.filter((cost, index) => costs.findIndex((other) => keyOf(other) === keyOf(cost)) === index);
  return firsts.map((first) => {
    const { model, providerId } = first;
    const rows = costs.filter((cost) => keyOf(cost) === keyOf(first));
    const credits = rows.reduce((total, row) => total + row.credits, 0);
    const prices = Object.hasOwn(vendorPrices, providerId) ? (vendorPrices[providerId] ?? {}) : {};
    const lines = rows.map(({ amount, attempts, unit }): MarginLine => {
      const price = unit !== null && Object.hasOwn(prices, unit) ? (prices[unit] ?? null) : null;
      return { unit, attempts, amount, cost: price === null ? null : amount * price };
    });
    const isCostUnknown = rows.some(({ credits: kept, unit }, index) =>
      unit === null ? kept > 0 : lines[index]?.cost === null,
    );
    const value = creditValue === null ? null : credits * creditValue.amount;
    const cost = isCostUnknown ? null : lines.reduce((total, line) => total + (line.cost ?? 0), 0);
    const margin = value === null || cost === null ? null : value - cost;
    return { model, providerId, credits, value, lines, cost, margin };
  });
}
