import type { ProviderFailure } from "../../../generation/provider-failure.js";
import type { VendorAnswer } from "../request/vendor-request.js";
import { retryAfterMs } from "./retry-after.js";

/**
 * What an HTTP status says where the vendor has no word of its own for it.
 *
 * @param now epoch milliseconds, for a `Retry-After` that is a date.
 * @returns `null` for a status that does not say that the request was refused, such as 500: it may have been taken.
 */
export function failureOfStatus(vendor: string, answer: VendorAnswer, now: number): ProviderFailure | null {
  const code = codeOfStatus(answer.status);
  if (code === null) return null;
  const wait = retryAfterMs(answer.headers, now);
  return {
    code,
    message: `${vendor} answered ${answer.status}.`,
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
