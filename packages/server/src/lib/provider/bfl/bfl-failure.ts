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
 * @returns `null` if BFL may have accepted the request.
 */
export function bflFailure(response: VendorResponse, now: number): ProviderFailure | null {
  const failure = failureOfStatus("BFL", { response, now });
  if (failure === null) return null;
  const { detail, error } = asRecord(jsonOf(response));
  const words = [...(isIdentifier(error) ? [error] : []), ...faultsOf(detail)];
  const message = words.length === 0 ? failure.message : `BFL responded with ${response.status}: ${words.join(", ")}.`;
  // BFL has sent a 403 for a wrong key. Only this text distinguishes it from other 403s.
  const isKeyWrong = response.status === 403 && detail === "Not authenticated";
  return { ...failure, message, code: isKeyWrong ? "unauthenticated" : (codeOfJobError(error) ?? failure.code) };
}

/** Maps the error code of a failed job; `null` for an unknown one. */
export function codeOfJobError(error: unknown): ProviderFailure["code"] | null {
  return error === "content_policy_violation" ? "content_blocked" : null;
}

/** Paths and kinds of validation errors, such as `body.width less_than`. The invalid values are left out. */
function faultsOf(detail: unknown): readonly string[] {
  if (!Array.isArray(detail)) return [];
  return detail.slice(0, 8).flatMap((fault) => {
    const { loc, type } = asRecord(fault);
    const path = Array.isArray(loc)
      ? loc.filter((part) => isIdentifier(part) || Number.isSafeInteger(part)).join(".")
      : "";
    return [path, isIdentifier(type) ? type : ""].filter((part) => part !== "").join(" ") || [];
  });
}
