import type { ProviderFailure } from "../../generation/provider-failure.js";
import { failureOfStatus } from "../kit/failures/failure-of-status.js";
import { isWord } from "../kit/failures/words.js";
import { fieldsOf, jsonOf } from "../kit/request/vendor-json.js";
import type { VendorAnswer } from "../kit/request/vendor-request.js";

/**
 * What an answer to the paid request refuses.
 *
 * @param now epoch milliseconds.
 * @returns `null` for one that does not say that nothing was taken.
 */
export function bflFailure(answer: VendorAnswer, now: number): ProviderFailure | null {
  const failure = failureOfStatus("BFL", answer, now);
  if (failure === null) return null;
  const { detail, error } = fieldsOf(jsonOf(answer));
  const words = [...(isWord(error) ? [error] : []), ...faultsOf(detail)];
  const message = words.length === 0 ? failure.message : `BFL answered ${answer.status}: ${words.join(", ")}.`;
  // A wrong key has been seen as a 403, and nothing but this text tells it from other ones.
  const isKeyWrong = answer.status === 403 && detail === "Not authenticated";
  return { ...failure, message, code: isKeyWrong ? "unauthenticated" : (codeOfWord(error) ?? failure.code) };
}

/** What a failed job's word for its failure means; `null` for one that is not known. */
export function codeOfWord(error: unknown): ProviderFailure["code"] | null {
  return error === "content_policy_violation" ? "content_blocked" : null;
}

/** Where the input is wrong, and how, as in `body.width less_than`. What was wrong there stays where it is. */
function faultsOf(detail: unknown): readonly string[] {
  if (!Array.isArray(detail)) return [];
  return detail.slice(0, 8).flatMap((fault) => {
    const { loc, type } = fieldsOf(fault);
    const path = Array.isArray(loc) ? loc.filter((part) => isWord(part) || Number.isSafeInteger(part)).join(".") : "";
    return [path, isWord(type) ? type : ""].filter((part) => part !== "").join(" ") || [];
  });
}
