import { fromBase64 } from "../../bytes/base64.js";
import { asRecord } from "../../json/as-record.js";
import type { MissingOutput, ProviderMedia, SubmitOutcome, VendorCost } from "../../ports/provider.js";
import { costsIn } from "../kit/costs-in.js";
import { jsonOf } from "../kit/request/vendor-json.js";
import type { VendorResponse } from "../kit/request/vendor-request.js";
import { failureOfError } from "./openai-failure.js";

/** Parses a 2xx response that is not a stream. An unknown format is `unknown`. */
export function parseImagesResponse(response: VendorResponse): SubmitOutcome {
  const { data, error, output_format: format, usage } = asRecord(jsonOf(response));
  if (Array.isArray(data)) {
    const outputs = data.map((image) => imageFrom({ output_format: format, ...asRecord(image) }));
    return { type: "done", outputs, ...imageCosts(usage) };
  }
  if (error) return { type: "done", outputs: [{ failure: failureOfError(error, "instead of images") }] };
  return { type: "unknown", reason: `OpenAI responded with ${response.status} in an unknown format.` };
}

/** Image from the fields of a result, or why it is missing. */
export function imageFrom(fields: Readonly<Record<string, unknown>>): ProviderMedia | MissingOutput {
  if (fields.error) return { failure: failureOfError(fields.error, "instead of an image") };
  const bytes = typeof fields.b64_json === "string" ? fromBase64(fields.b64_json) : null;
  if (bytes === null) {
    return { failure: { code: "no_output", message: "OpenAI returned no image data." } };
  }
  const format = typeof fields.output_format === "string" ? fields.output_format : "png";
  return { bytes, contentType: `image/${format}` };
}

/**
 * Tokens of the image model. Text and image input have separate prices.
 *
 * @see https://developers.openai.com/api/docs/pricing (2026-11)
 */
export function imageCosts(usage: unknown): { readonly costs?: readonly VendorCost[] } {
  const { input_tokens, input_tokens_details: details, output_tokens } = asRecord(usage);
  const { image_tokens, text_tokens } = asRecord(details);
  const input = details
    ? { "text-input-tokens": text_tokens, "image-input-tokens": image_tokens }
    : { "input-tokens": input_tokens };
  return costsIn({ "output-tokens": output_tokens, ...input });
}
