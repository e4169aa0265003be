import type { ProviderFailure } from "../../generation/provider-failure.js";
import { asRecord } from "../../json/as-record.js";
import { failureOfStatus } from "../kit/failures/failure-of-status.js";
import { isIdentifier } from "../kit/failures/is-identifier.js";
import { jsonOf } from "../kit/request/vendor-json.js";
import type { VendorResponse } from "../kit/request/vendor-request.js";

/**
 * Failure that a response to the paid request proves.
 *
 * @param now epoch milliseconds.
 * @returns `null` if Stability AI may have accepted the request.
 */
export function stabilityFailure(response: VendorResponse, now: number): ProviderFailure | null {
  const failure = failureOfStatus("Stability AI", { response, now });
  if (failure === null) return null;
  const { name } = asRecord(jsonOf(response));
  if (!isIdentifier(name)) return failure;
  const code = name === "content_moderation" ? "content_blocked" : failure.code;
  return { ...failure, code, message: `Stability AI responded with ${response.status}: ${name}.` };
}
