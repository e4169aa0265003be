import type { ProviderFailure } from "../../../generation/provider-failure.js";
import type { VendorResponse } from "../request/vendor-request.js";
import { retryAfterMs } from "./retry-after.js";

/**
 * Failure for an HTTP status, for responses without a vendor-specific error.
 *
 * @param options.now epoch milliseconds, for a `Retry-After` that is a date.
 * @returns `null` for a status that does not prove a refusal, such as 500: the vendor may have accepted the request.
 */
export function failureOfStatus(
  vendor: string,
  { response, now }: { readonly response: VendorResponse; readonly now: number },
): ProviderFailure | null {
  const code = codeOfStatus(response.status);
  if (code === null) return null;
  const wait = retryAfterMs(response.headers, now);
  return {
    code,
    message: `${vendor} responded with ${response.status}.`,
    ...(wait !== undefined && { retryAfterMs: wait }),
  };
}

function codeOfStatus(status: number): ProviderFailure["code"] | null {
  switch (status) {
    case 400:
    case 405:
    case 413:
    case 415:
    case 422:
      return "invalid_input";
    case 401:
      return "unauthenticated";
    case 402:
      return "insufficient_credit";
    case 403:
      return "forbidden";
    case 404:
    case 410:
      return "not_found";
    case 429:
      return "rate_limited";
    default:
      return null;
  }
}
