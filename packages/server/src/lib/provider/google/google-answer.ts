import type { ProviderErrorCode } from "../../generation/provider-failure.js";
import type { MissingOutput, ProviderMedia, ProviderOutput, SubmitOutcome, VendorCost } from "../../ports/provider.js";
import { fromBase64 } from "../vendor/base64.js";
import { fieldsOf, jsonOf } from "../vendor/vendor-json.js";
import type { VendorAnswer } from "../vendor/vendor-request.js";

/**
 * Reads an answer of the 200s. What Google has filtered is one, too: it was taken, and may be charged for.
 *
 * @returns `unknown` for one that says nothing.
 */
export function readGoogleAnswer(answer: VendorAnswer): SubmitOutcome {
  const { candidates, promptFeedback, usageMetadata } = fieldsOf(jsonOf(answer));
  const cost = costOf(fieldsOf(usageMetadata));
  if (Array.isArray(candidates) && candidates.length > 0) {
    return { type: "done", outputs: candidates.flatMap((candidate) => outputsOf(fieldsOf(candidate))), ...cost };
  }
  const { blockReason } = fieldsOf(promptFeedback);
  if (blockReason) {
    return {
      type: "done",
      outputs: [missing("content_blocked", "Google has blocked the prompt", blockReason)],
      ...cost,
    };
  }
  if (Array.isArray(candidates) || promptFeedback || usageMetadata) {
    return { type: "done", outputs: [missing("no_output", "Google answered without a picture")], ...cost };
  }
  return { type: "unknown", reason: `Google answered ${answer.status} with what cannot be read.` };
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

/** The pictures of a candidate, or why there is none. */
function outputsOf({ content, finishReason }: Fields): readonly ProviderOutput[] {
  const { parts } = fieldsOf(content);
  const pictures = (Array.isArray(parts) ? parts : []).map(pictureIn).filter((picture) => picture !== null);
  if (pictures.length > 0) return pictures;
  if (filtered.has(finishReason)) return [missing("content_blocked", "Google has withheld a picture", finishReason)];
  return [missing("no_output", "Google answered without a picture", finishReason)];
}

/** `null` for words, and for the drafts of a model that thinks. */
function pictureIn(part: unknown): ProviderMedia | null {
  const { inlineData, thought } = fieldsOf(part);
  const { data, mimeType } = fieldsOf(inlineData);
  if (thought === true || typeof data !== "string") return null;
  const bytes = fromBase64(data);
  if (bytes === null || bytes.byteLength === 0) return null;
  return { bytes, contentType: typeof mimeType === "string" ? mimeType : "image/png" };
}

/** Thoughts are charged as output. */
function costOf({ candidatesTokenCount, thoughtsTokenCount }: Fields): { readonly cost?: VendorCost } {
  const counts = [candidatesTokenCount, thoughtsTokenCount].filter((count) => typeof count === "number");
  if (counts.length === 0) return {};
  return { cost: { amount: counts.reduce((sum, count) => sum + count, 0), unit: "output-tokens" } };
}

function missing(code: ProviderErrorCode, what: string, reason?: unknown): MissingOutput {
  const isWord = typeof reason === "string" && /^[A-Z_]{1,64}$/.test(reason);
  return { failure: { code, message: `${what}${isWord ? `: ${reason}` : ""}.` } };
}
