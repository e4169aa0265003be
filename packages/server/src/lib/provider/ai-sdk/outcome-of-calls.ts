import { fromBase64 } from "../../bytes/base64.js";
import { isRetryable, type ProviderFailure } from "../../generation/provider-failure.js";
import { asRecord } from "../../json/as-record.js";
import type { MissingOutput, ProviderMedia, ProviderOutput, SubmitOutcome, VendorCost } from "../../ports/provider.js";
import { costsIn } from "../kit/costs-in.js";
import type { CallOutcome } from "./generate-in-calls.js";
import type { AiSdkResult } from "./image-model.js";
import { perImageOf, reportsFilter } from "./provider-metadata.js";

/** Combines the outcomes of all calls of a generation. Images that were made are kept if other calls failed. */
export function outcomeOfCalls(calls: readonly CallOutcome[]): SubmitOutcome {
  const outputs = calls.flatMap(outputsOf);
  // A response was paid for, even without an image: do not retry.
  if (calls.some((call) => call.type === "responded")) return { type: "done", outputs, ...costsOf(calls) };
  const unknown = calls.find((call) => call.type === "unknown");
  if (unknown !== undefined) return { type: "unknown", reason: unknown.reason };
  const failures = calls.flatMap((call) => (call.type === "refused" ? [call.failure] : []));
  // A non-retryable failure wins: a retry would hit it again.
  return { type: "rejected", failure: failures.find((failure) => !isRetryable(failure)) ?? failures[0] ?? noOutput };
}

/** At least `call.n` outputs. */
function outputsOf(call: CallOutcome): readonly ProviderOutput[] {
  switch (call.type) {
    case "refused":
      return missing(call.n, call.failure);
    case "unknown":
      return missing(call.n, { code: "submit_unknown", message: call.reason });
    case "responded": {
      const { images, providerMetadata } = call.result;
      const came = images.map((image, index) => outputOf(image, perImageOf(providerMetadata, { index })));
      return [...came, ...missing(call.n - came.length, whyNothing(call.result))];
    }
  }
}

function outputOf(image: unknown, metadata: readonly unknown[]): ProviderOutput {
  // A filtered image is black or blurred.
  if (metadata.some(reportsFilter)) return { failure: filtered };
  const bytes = typeof image === "string" ? fromBase64(image) : image;
  return bytes instanceof Uint8Array && bytes.byteLength > 0 ? toMedia(bytes) : { failure: noOutput };
}

/** The packages report no type; the worker detects it from the bytes. */
function toMedia(bytes: Uint8Array): ProviderMedia {
  return { bytes, contentType: "application/octet-stream" };
}

function missing(count: number, failure: ProviderFailure): readonly MissingOutput[] {
  return Array.from({ length: Math.max(count, 0) }, () => ({ failure }));
}

function whyNothing({ isRetryable: mayComeAgain, providerMetadata }: AiSdkResult): ProviderFailure {
  return mayComeAgain === false || reportsFilter(providerMetadata) ? filtered : noOutput;
}

/** Credits and tokens, if the package reports them. */
function costsOf(calls: readonly CallOutcome[]): { readonly costs?: readonly VendorCost[] } {
  const results = calls.flatMap((call) => (call.type === "responded" ? [call.result] : []));
  const usages = results.map(({ usage }) => asRecord(usage));
  return costsIn({
    "bfl-credits": sumOf(results.flatMap(creditsOf)),
    "output-tokens": sumOf(usages.map(({ outputTokens }) => outputTokens)),
    "input-tokens": sumOf(usages.map(({ inputTokens }) => inputTokens)),
  });
}

function creditsOf({ images, providerMetadata }: AiSdkResult): readonly unknown[] {
  const reported = images.flatMap((_, index) => perImageOf(providerMetadata, { index, name: "blackForestLabs" }));
  return reported.map((one) => asRecord(one).cost);
}

function sumOf(amounts: readonly unknown[]): number {
  return amounts.filter((amount) => typeof amount === "number").reduce((sum, amount) => sum + amount, 0);
}

const filtered: ProviderFailure = { code: "content_blocked", message: "The model's filter withheld an image." };
const noOutput: ProviderFailure = { code: "no_output", message: "The model returned no image." };
