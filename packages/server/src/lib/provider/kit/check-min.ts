import { withSetupCode } from "../../ports/setup-error.js";

/**
 * Checks an optional number. `undefined` passes: the vendor's default applies.
 *
 * @throws {RangeError} for a number that is below `min`, or not finite.
 */
export function checkMin(
  min: number,
  { value, name }: { readonly value: number | undefined; readonly name: string },
): void {
  if (value === undefined || (value >= min && Number.isFinite(value))) return;
  throw withSetupCode("option_invalid", new RangeError(`${name} must be at least ${min}, not ${value}`));
}
