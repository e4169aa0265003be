import { asRecord } from "../json/as-record.js";
import { invalidOption } from "../ports/setup-error.js";

/** The worth of a credit, and the prices of vendors' units. All amounts are in one currency. */
export interface MoneySettings {
  /** Worth of one credit to the host; `null` if it is not set. */
  readonly creditValue: { readonly amount: number; readonly currency: string } | null;
  /** Price of one unit, by provider and unit. */
  readonly vendorPrices: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** Options of `createAdmin` for the page Money. */
export interface MoneyOptions {
  /**
   * Worth of one credit to the host, for the margins of the page Money: the price at which it sells credits. `currency`: a code
   * of ISO 4217, such as `"USD"`.
   *
   * @default none: no margins
   */
  readonly creditValue?: { readonly amount: number; readonly currency: string };
  /**
   * Price of one unit of a vendor, by provider id and unit, in the currency of `creditValue`:
   * `{ fal: { megapixels: 0.025 } }`. The page Money lists the units that have none.
   *
   * @default {}
   */
  readonly vendorPrices?: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** @throws {TypeError} for a malformed worth or price. */
export function resolveMoney({ creditValue, vendorPrices = {} }: MoneyOptions): MoneySettings {
  if (creditValue !== undefined) checkCreditValue(creditValue);
  const isPrices = (prices: unknown) => isRecord(prices) && Object.values(prices).every(isPrice);
  if (!isRecord(vendorPrices) || !Object.values(vendorPrices).every(isPrices)) {
    throw invalidOption(
      "Invalid vendorPrices: use prices by provider and unit, such as { fal: { megapixels: 0.025 } }.",
    );
  }
  return { creditValue: creditValue ?? null, vendorPrices };
}

function checkCreditValue(creditValue: NonNullable<MoneyOptions["creditValue"]>): void {
  const { amount, currency } = asRecord(creditValue);
  if (!isPrice(amount) || typeof currency !== "string" || !/^[A-Z]{3}$/.test(currency)) {
    throw invalidOption(
      'Invalid creditValue: use an amount and a currency, such as { amount: 0.01, currency: "USD" }.',
    );
  }
}

const isRecord = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isPrice = (value: unknown): boolean => typeof value === "number" && Number.isFinite(value) && value >= 0;
