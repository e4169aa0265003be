import type { ProviderFailure } from "../../generation/provider-failure.js";
import { failureOfStatus } from "../kit/failures/failure-of-status.js";
import { isWord } from "../kit/failures/words.js";
import { fieldsOf, jsonOf } from "../kit/request/vendor-json.js";
import type { VendorAnswer } from "../kit/request/vendor-request.js";

/**
 * Failure that a response to the paid request proves.
 *
 * @param now epoch milliseconds.
 * @returns `null` if Stability AI may have accepted the request.
 */
export function stabilityFailure(answer: VendorAnswer, now: number): ProviderFailure | null {
  const failure = failureOfStatus("Stability AI", answer, now);
  if (failure === null) return null;
  const { name } = fieldsOf(jsonOf(answer));
  if (!isWord(name)) return failure;
  const code = name === "content_moderation" ? "content_blocked" : failure.code;
  return { ...failure, code, message: `Stability AI responded with ${answer.status}: ${name}.` };
}
