import { fromBase64 } from "../../bytes/base64.js";
import type { ProviderErrorCode } from "../../generation/provider-failure.js";
import { asRecord } from "../../json/as-record.js";
import type { MissingOutput, ProviderMedia, ProviderOutput, SubmitOutcome, VendorCost } from "../../ports/provider.js";
import { costsIn } from "../kit/costs-in.js";
import { isIdentifier } from "../kit/failures/is-identifier.js";
import { jsonOf } from "../kit/request/vendor-json.js";
import type { VendorResponse } from "../kit/request/vendor-request.js";

/**
 * Parses a 2xx response. A filtered prompt or image is also a 2xx: Google accepted the request and may charge for it.
 *
 * @returns `unknown` for an unknown format.
 */
export function parseGoogleResponse(response: VendorResponse): SubmitOutcome {
  const { candidates, promptFeedback, usageMetadata } = asRecord(jsonOf(response));
  const costs = costsOf(asRecord(usageMetadata));
  if (Array.isArray(candidates) && candidates.length > 0) {
    return { type: "done", outputs: candidates.flatMap((candidate) => outputsOf(asRecord(candidate))), ...costs };
  }
  const { blockReason } = asRecord(promptFeedback);
  if (blockReason) {
    return {
      type: "done",
      outputs: [missing("content_blocked", { what: "Google blocked the prompt", reason: blockReason })],
      ...costs,
    };
  }
  if (Array.isArray(candidates) || promptFeedback || usageMetadata) {
    return { type: "done", outputs: [missing("no_output", { what: "Google returned no image" })], ...costs };
  }
  return { type: "unknown", reason: `Google responded with ${response.status} in an unknown format.` };
}

type Fields = Readonly<Record<string, unknown>>;

/** @see https://ai.google.dev/api/generate-content#FinishReason (2026-11) */
const filtered: ReadonlySet<unknown> = new Set([
  "SAFETY",
  "RECITATION",
  "BLOCKLIST",
  "PROHIBITED_CONTENT",
  "SPII",
  "IMAGE_SAFETY",
  "IMAGE_PROHIBITED_CONTENT",
  "IMAGE_RECITATION",
  "MODEL_ARMOR",
  "ESCALATION",
]);

/** Images of a candidate, or why there is none. */
function outputsOf({ content, finishReason, safetyRatings }: Fields): readonly ProviderOutput[] {
  const { parts } = asRecord(content);
  const images = (Array.isArray(parts) ? parts : []).map(imageIn).filter((found) => found !== null);
  const flags = flagsOf(safetyRatings);
  if (images.length > 0) return images.map((image) => (flags.length === 0 ? image : { ...image, flags }));
  if (filtered.has(finishReason))
    return [missing("content_blocked", { what: "Google withheld an image", reason: finishReason })];
  return [missing("no_output", { what: "Google returned no image", reason: finishReason })];
}

/**
 * The categories of harm that Google finds likely in an image that it delivers.
 *
 * @see https://ai.google.dev/api/generate-content#SafetyRating (2026-11)
 */
function flagsOf(ratings: unknown): readonly string[] {
  return (Array.isArray(ratings) ? ratings : []).flatMap((rating) => {
    const { blocked, category, probability } = asRecord(rating);
    const isLikely = blocked === true || probability === "MEDIUM" || probability === "HIGH";
    return isLikely && isIdentifier(category) ? [category] : [];
  });
}

/** Returns `null` for text, and for the drafts of a thinking model. */
function imageIn(part: unknown): ProviderMedia | null {
  const { inlineData, thought } = asRecord(part);
  const { data, mimeType } = asRecord(inlineData);
  if (thought === true || typeof data !== "string") return null;
  const bytes = fromBase64(data);
  return bytes && { bytes, contentType: typeof mimeType === "string" ? mimeType : "image/png" };
}

/**
 * Thinking is billed like text output, and images at their own price.
 *
 * @see https://ai.google.dev/gemini-api/docs/pricing (2026-11)
 */
function costsOf(usage: Fields): { readonly costs?: readonly VendorCost[] } {
  const { candidatesTokenCount, promptTokenCount, thoughtsTokenCount } = usage;
  return costsIn({
    "output-tokens": candidatesTokenCount,
    "thought-tokens": thoughtsTokenCount,
    "input-tokens": promptTokenCount,
  });
}

function missing(
  code: ProviderErrorCode,
  { what, reason }: { readonly what: string; readonly reason?: unknown | undefined },
): MissingOutput {
  return { failure: { code, message: `${what}${isIdentifier(reason) ? `: ${reason}` : ""}.` } };
}
