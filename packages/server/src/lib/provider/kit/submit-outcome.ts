import type { ProviderFailure } from "../../generation/provider-failure.js";
import type { SubmitOutcome } from "../../ports/provider.js";
import { tooLong } from "./failures/too-long.js";
import type { VendorResponse, VendorResult } from "./request/vendor-request.js";

/** A 2xx response for the adapter to parse, or the final outcome of the paid request. */
export type SubmitResponse = { readonly response: VendorResponse } | { readonly outcome: SubmitOutcome };

/** A paid request and how to read its failures. */
export interface PaidResult {
  readonly result: VendorResult;
  /** Failure of a response that proves a refusal; `null` if the vendor may have accepted the request. */
  readonly failureOf: (response: VendorResponse) => ProviderFailure | null;
}

/** Classifies the result of a paid request. */
export function submitOutcomeOf(vendor: string, { result, failureOf }: PaidResult): SubmitResponse {
  if (result.type === "unreachable") {
    const message = `Could not connect to ${vendor}: ${result.reason}`;
    return { outcome: { type: "rejected", failure: { code: "provider_unavailable", message } } };
  }
  if (result.type === "lost") return unknown(`${vendor} sent no complete response: ${result.reason}`);
  if (!isSuccess(result)) {
    const failure = failureOf(result);
    if (failure === null) return unknown(`${vendor} responded with ${result.status}.`);
    return { outcome: { type: "rejected", failure } };
  }
  return result.type === "responded"
    ? { response: result }
    : unknown(`${vendor} sent no complete response: ${result.reason}`);
}

/** As `submitOutcomeOf`, for a vendor that responds with images. A 2xx response that is too large is `done`: it was paid for. */
export function submitOutcomeWithImages(vendor: string, paid: PaidResult): SubmitResponse {
  const { result } = paid;
  if (result.type !== "too_long" || !isSuccess(result)) return submitOutcomeOf(vendor, paid);
  return { outcome: { type: "done", outputs: [{ failure: tooLong(`${vendor}'s response`) }] } };
}

function isSuccess({ status }: VendorResponse): boolean {
  return status >= 200 && status < 300;
}

function unknown(reason: string): SubmitResponse {
  return { outcome: { type: "unknown", reason } };
}
