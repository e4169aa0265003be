import { fromBase64 } from "../../bytes/base64.js";
import { isRetryable, type ProviderFailure } from "../../generation/provider-failure.js";
import type { MissingOutput, ProviderMedia, ProviderOutput, SubmitOutcome, VendorCost } from "../../ports/provider.js";
import { costsIn } from "../kit/costs-in.js";
import { fieldsOf } from "../kit/request/vendor-json.js";
import type { CallOutcome } from "./generate-in-calls.js";
import type { AiSdkResult } from "./image-model.js";
import { perImageOf, tellsOfFilter } from "./provider-metadata.js";

/** What the calls of one generation came to together: what has been made is kept, whatever became of the others. */
export function outcomeOfCalls(calls: readonly CallOutcome[]): SubmitOutcome {
  const outputs = calls.flatMap(outputsOf);
  // An answer was paid for, even one without a picture: nothing is sent again.
  if (calls.some((call) => call.type === "answered")) return { type: "done", outputs, ...costsOf(calls) };
  const unknown = calls.find((call) => call.type === "unknown");
  if (unknown !== undefined) return { type: "unknown", reason: unknown.reason };
  const failures = calls.flatMap((call) => (call.type === "refused" ? [call.failure] : []));
  // What would stay refused is not tried again for the sake of what would not.
  return { type: "rejected", failure: failures.find((failure) => !isRetryable(failure)) ?? failures[0] ?? noOutput };
}

/** As many as the call was to make, or more. */
function outputsOf(call: CallOutcome): readonly ProviderOutput[] {
  switch (call.type) {
    case "refused":
      return missing(call.n, call.failure);
    case "unknown":
      return missing(call.n, { code: "submit_unknown", message: call.reason });
    case "answered": {
      const { images, providerMetadata } = call.result;
      const came = images.map((image, index) => outputOf(image, perImageOf(providerMetadata, index)));
      return [...came, ...missing(call.n - came.length, whyNothing(call.result))];
    }
  }
}

function outputOf(image: unknown, metadata: readonly unknown[]): ProviderOutput {
  // What a filter leaves of a picture is black, or a blur.
  if (metadata.some(tellsOfFilter)) return { failure: filtered };
  const bytes = typeof image === "string" ? fromBase64(image) : image;
  return bytes instanceof Uint8Array && bytes.byteLength > 0 ? toMedia(bytes) : { failure: noOutput };
}

/** The packages do not say what it is; the worker finds out by the bytes. */
function toMedia(bytes: Uint8Array): ProviderMedia {
  return { bytes, contentType: "application/octet-stream" };
}

function missing(count: number, failure: ProviderFailure): readonly MissingOutput[] {
  return Array.from({ length: Math.max(count, 0) }, () => ({ failure }));
}

function whyNothing({ isRetryable: mayComeAgain, providerMetadata }: AiSdkResult): ProviderFailure {
  return mayComeAgain === false || tellsOfFilter(providerMetadata) ? filtered : noOutput;
}

/** Credits and tokens, where the package tells them. */
function costsOf(calls: readonly CallOutcome[]): { readonly costs?: readonly VendorCost[] } {
  const results = calls.flatMap((call) => (call.type === "answered" ? [call.result] : []));
  const usages = results.map(({ usage }) => fieldsOf(usage));
  return costsIn({
    "bfl-credits": sumOf(results.flatMap(creditsOf)),
    "output-tokens": sumOf(usages.map(({ outputTokens }) => outputTokens)),
    "input-tokens": sumOf(usages.map(({ inputTokens }) => inputTokens)),
  });
}

function creditsOf({ images, providerMetadata }: AiSdkResult): readonly unknown[] {
  const told = images.flatMap((_, index) => perImageOf(providerMetadata, index, "blackForestLabs"));
  return told.map((one) => fieldsOf(one).cost);
}

function sumOf(amounts: readonly unknown[]): number {
  return amounts.filter((amount) => typeof amount === "number").reduce((sum, amount) => sum + amount, 0);
}

const filtered: ProviderFailure = { code: "content_blocked", message: "The model's filter withheld a picture." };
const noOutput: ProviderFailure = { code: "no_output", message: "The model answered without a picture." };
