import { withSetupCode } from "../../ports/setup-error.js";
/**
 * @throws {RangeError} for a number below `min` or one that is not finite. `undefined` passes: the vendor's default
 * applies.
 */
export function checkAtLeast(
  least: number,
  { value, name }: { readonly value: number | undefined; readonly name: string },
): void {
  if (value === undefined || (value >= least && Number.isFinite(value))) return;
  throw withSetupCode("option_invalid", new RangeError(`${name} must be at least ${least}, not ${value}`));
}
