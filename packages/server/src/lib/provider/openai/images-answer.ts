import { fromBase64 } from "../../bytes/base64.js";
import type { MissingOutput, ProviderMedia, SubmitOutcome, VendorCost } from "../../ports/provider.js";
import { costsIn } from "../kit/costs-in.js";
import { fieldsOf, jsonOf } from "../kit/request/vendor-json.js";
import type { VendorAnswer } from "../kit/request/vendor-request.js";
import { failureOfError } from "./openai-failure.js";

/** Reads an answer of the 200s that came in one piece. One that cannot be read is `unknown`. */
export function readImagesAnswer(answer: VendorAnswer): SubmitOutcome {
  const { data, error, output_format: format, usage } = fieldsOf(jsonOf(answer));
  if (Array.isArray(data)) {
    const outputs = data.map((picture) => pictureFrom({ output_format: format, ...fieldsOf(picture) }));
    return { type: "done", outputs, ...imageCosts(usage) };
  }
  if (error) return { type: "done", outputs: [{ failure: failureOfError(error, "in place of its pictures") }] };
  return { type: "unknown", reason: `OpenAI answered ${answer.status} with what cannot be read.` };
}

/** A picture by the fields that tell it, or why it is missing. */
export function pictureFrom(said: Readonly<Record<string, unknown>>): ProviderMedia | MissingOutput {
  if (said.error) return { failure: failureOfError(said.error, "in place of a picture") };
  const bytes = typeof said.b64_json === "string" ? fromBase64(said.b64_json) : null;
  if (bytes === null) {
    return { failure: { code: "no_output", message: "OpenAI answered without the bytes of a picture." } };
  }
  const format = typeof said.output_format === "string" ? said.output_format : "png";
  return { bytes, contentType: `image/${format}` };
}

/**
 * What the image model counted for a request. Words and pictures have prices of their own when they go in.
 *
 * @see https://developers.openai.com/api/docs/pricing (2026-11)
 */
export function imageCosts(usage: unknown): { readonly costs?: readonly VendorCost[] } {
  const { input_tokens, input_tokens_details: details, output_tokens } = fieldsOf(usage);
  const { image_tokens, text_tokens } = fieldsOf(details);
  const input = details
    ? { "text-input-tokens": text_tokens, "image-input-tokens": image_tokens }
    : { "input-tokens": input_tokens };
  return costsIn({ "output-tokens": output_tokens, ...input });
}
