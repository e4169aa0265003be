import type { MissingOutput, ProviderMedia, SubmitOutcome, VendorCost } from "../../ports/provider.js";
import { fromBase64 } from "../vendor/base64.js";
import { fieldsOf, jsonOf } from "../vendor/vendor-json.js";
import type { VendorAnswer } from "../vendor/vendor-request.js";
import { failureOfError } from "./openai-failure.js";

/** Reads an answer of the 200s that came in one piece. One that cannot be read is `unknown`. */
export function readImagesAnswer(answer: VendorAnswer): SubmitOutcome {
  const { data, error, output_format: format, usage } = fieldsOf(jsonOf(answer));
  if (Array.isArray(data)) {
    const outputs = data.map((picture) => pictureFrom({ output_format: format, ...fieldsOf(picture) }));
    return { type: "done", outputs, ...outputTokens(usage) };
  }
  if (error) return { type: "done", outputs: [{ failure: failureOfError(error, "in place of its pictures") }] };
  return { type: "unknown", reason: `OpenAI answered ${answer.status} with what cannot be read.` };
}

/** A picture by the fields that tell it, or why it is missing. */
export function pictureFrom(said: Readonly<Record<string, unknown>>): ProviderMedia | MissingOutput {
  if (said.error) return { failure: failureOfError(said.error, "in place of a picture") };
  const bytes = typeof said.b64_json === "string" ? fromBase64(said.b64_json) : null;
  if (bytes === null || bytes.byteLength === 0) {
    return { failure: { code: "no_output", message: "OpenAI answered without the bytes of a picture." } };
  }
  const format = typeof said.output_format === "string" ? said.output_format : "png";
  return { bytes, contentType: `image/${format}` };
}

/** What it counted for a request; nothing where it does not say. */
export function outputTokens(...usages: readonly unknown[]): { readonly cost?: VendorCost } {
  const counts = usages.map((usage) => fieldsOf(usage).output_tokens);
  const known = counts.filter((count) => typeof count === "number");
  if (known.length === 0) return {};
  return { cost: { amount: known.reduce((sum, count) => sum + count, 0), unit: "output-tokens" } };
}
