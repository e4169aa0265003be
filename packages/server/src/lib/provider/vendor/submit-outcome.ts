import type { ProviderFailure } from "../../generation/provider-failure.js";
import type { SubmitOutcome } from "../../ports/provider.js";
import type { VendorAnswer, VendorReply } from "./vendor-request.js";

/**
 * What a paid request came to that got no answer, or one that is no success.
 *
 * @param failureOf what an answer of the vendor definitely refuses; `null` when it does not say that nothing was taken.
 * @returns `null` for an answer of the 200s, which is the adapter's to read.
 */
export function outcomeWithoutSuccess(
  vendor: string,
  reply: VendorReply,
  failureOf: (answer: VendorAnswer) => ProviderFailure | null,
): SubmitOutcome | null {
  if (reply.type === "unreachable") {
    const message = `${vendor} cannot be reached: ${reply.reason}`;
    return { type: "rejected", failure: { code: "provider_unavailable", message } };
  }
  if (reply.type === "lost") return { type: "unknown", reason: `${vendor} gave no whole answer: ${reply.reason}` };
  if (reply.status >= 200 && reply.status < 300) return null;
  const failure = failureOf(reply);
  return failure === null
    ? { type: "unknown", reason: `${vendor} answered ${reply.status}.` }
    : { type: "rejected", failure };
}
