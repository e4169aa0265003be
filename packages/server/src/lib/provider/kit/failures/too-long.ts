import type { ProviderFailure } from "../../../generation/provider-failure.js";

/**
 * Failure that replaces an output whose response was too large to read.
 *
 * @param what such as `"Google's response"`.
 */
export function tooLong(what: string): ProviderFailure {
  return {
    code: "output_rejected",
    message: `${what} exceeds the maximum output size, or its JSON has too many values.`,
  };
}
