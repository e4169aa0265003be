import type { ProviderFailure } from "../../../generation/provider-failure.js";

/**
 * In place of what came, and was not read to its end.
 *
 * @param what such as `"Google's answer"`.
 */
export function tooLong(what: string): ProviderFailure {
  return {
    code: "output_rejected",
    message: `${what} is longer than any picture that is kept, or has too many parts.`,
  };
}
