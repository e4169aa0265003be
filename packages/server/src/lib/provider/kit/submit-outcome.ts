import type { ProviderFailure } from "../../generation/provider-failure.js";
import type { SubmitOutcome } from "../../ports/provider.js";
import { tooLong } from "./failures/too-long.js";
import type { VendorResponse, VendorResult } from "./request/vendor-request.js";

/** A 2xx response for the adapter to parse, or the final outcome of the paid request. */
export type SubmitResponse = { readonly response: VendorResponse } | { readonly outcome: SubmitOutcome };

/** The result of a paid request. */
export interface PaidReply {
  readonly reply: VendorResult;
  /** Failure of a response that proves a refusal; `null` if the vendor may have accepted the request. */
  readonly failureOf: (response: VendorResponse) => ProviderFailure | null;
}

/** Classifies the result of a paid request. */
export function submitOutcomeOf(vendor: string, { reply, failureOf }: PaidReply): SubmitResponse {
  if (reply.type === "unreachable") {
    const message = `Could not connect to ${vendor}: ${reply.reason}`;
    return { outcome: { type: "rejected", failure: { code: "provider_unavailable", message } } };
  }
  if (reply.type === "lost") return unknown(`${vendor} sent no complete response: ${reply.reason}`);
  if (!isSuccess(reply)) {
    const failure = failureOf(reply);
    if (failure === null) return unknown(`${vendor} responded with ${reply.status}.`);
    return { outcome: { type: "rejected", failure } };
  }
  return reply.type === "responded"
    ? { response: reply }
    : unknown(`${vendor} sent no complete response: ${reply.reason}`);
}

/** As `submitOutcomeOf`, for a vendor that responds with images. A 2xx response that is too large is `done`: it was paid for. */
export function submitOutcomeWithImages(vendor: string, paid: PaidReply): SubmitResponse {
  const { reply } = paid;
  if (reply.type !== "too_long" || !isSuccess(reply)) return submitOutcomeOf(vendor, paid);
  return { outcome: { type: "done", outputs: [{ failure: tooLong(`${vendor}'s response`) }] } };
}

function isSuccess({ status }: VendorResponse): boolean {
  return status >= 200 && status < 300;
}

function unknown(reason: string): SubmitResponse {
  return { outcome: { type: "unknown", reason } };
}
