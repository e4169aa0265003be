import type { ProviderFailure } from "../../generation/provider-failure.js";
import type { SubmitOutcome } from "../../ports/provider.js";
import { tooLong } from "./failures/too-long.js";
import type { VendorAnswer, VendorReply } from "./request/vendor-request.js";

/** An answer of the 200s, which is the adapter's to read, or what the paid request came to without one. */
export type PaidAnswer = { readonly answer: VendorAnswer } | { readonly outcome: SubmitOutcome };

/**
 * What came of a paid request.
 *
 * @param failureOf what an answer of the vendor definitely refuses; `null` when it does not say that nothing was taken.
 */
export function paidAnswer(
  vendor: string,
  reply: VendorReply,
  failureOf: (answer: VendorAnswer) => ProviderFailure | null,
): PaidAnswer {
  if (reply.type === "unreachable") {
    const message = `${vendor} cannot be reached: ${reply.reason}`;
    return { outcome: { type: "rejected", failure: { code: "provider_unavailable", message } } };
  }
  if (reply.type === "lost") return unknown(`${vendor} gave no whole answer: ${reply.reason}`);
  if (!isSuccess(reply)) {
    const failure = failureOf(reply);
    if (failure === null) return unknown(`${vendor} answered ${reply.status}.`);
    return { outcome: { type: "rejected", failure } };
  }
  return reply.type === "answered" ? { answer: reply } : unknown(`${vendor} gave no whole answer: ${reply.reason}`);
}

/** The same for a vendor that answers with its pictures: one of the 200s that is too long has brought them. */
export function paidPictures(...paid: Parameters<typeof paidAnswer>): PaidAnswer {
  const [vendor, reply] = paid;
  if (reply.type !== "too_long" || !isSuccess(reply)) return paidAnswer(...paid);
  return { outcome: { type: "done", outputs: [{ failure: tooLong(`${vendor}'s answer`) }] } };
}

function isSuccess({ status }: VendorAnswer): boolean {
  return status >= 200 && status < 300;
}

function unknown(reason: string): PaidAnswer {
  return { outcome: { type: "unknown", reason } };
}
