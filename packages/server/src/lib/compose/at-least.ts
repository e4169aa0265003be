import { withSetupCode } from "../ports/setup-error.js";

/**
 * Checks that an option is an integer of at least `min`, and returns it.
 *
 * @param named an object whose only key is the name of the option, for the message.
 * @throws {RangeError} for any other value.
 */
export function atLeast(min: number, named: Readonly<Record<string, number>>): number {
  const [[name, value] = ["", Number.NaN]] = Object.entries(named);
  if (Number.isSafeInteger(value) && value >= min) return value;
  throw withSetupCode(
    "option_invalid",
    new RangeError(`${name} must be a whole number of at least ${min}, not ${inspectValue(value)}`),
  );
}

/** Formats a number as it is, and other values with their type, because `"100"` and 100 look alike. */
function inspectValue(value: unknown): string {
  return typeof value === "number" ? String(value) : `the ${typeof value} ${JSON.stringify(value)}`;
}
