import type { ProviderFailure } from "../../generation/provider-failure.js";
import { asRecord } from "../../json/as-record.js";
import type { ProviderOutput, VendorCost } from "../../ports/provider.js";
import { findIn, maxFiles } from "../kit/find-in.js";

/** Outputs in a result, in order. Image models return `images` or `image`; for other models, every file is an output. */
export function outputsOf(result: unknown): readonly ProviderOutput[] {
  const { images, image, has_nsfw_concepts, nsfw_content_detected } = asRecord(result);
  const single = image === undefined || image === null ? null : [image];
  const files = Array.isArray(images) ? images.slice(0, maxFiles) : (single ?? findIn(result, isFile));
  const flags = [has_nsfw_concepts ?? nsfw_content_detected].flat();
  return files.map((file, place) => (flags[place] === true ? { failure: filtered } : outputOf(file)));
}

/** Failure of a completed job without any output; `null` if there is one. */
export function failureOfOutputs(outputs: readonly ProviderOutput[]): ProviderFailure | null {
  if (outputs.some((output) => !("failure" in output))) return null;
  return outputs.some((output) => "failure" in output && output.failure === filtered) ? filtered : missing;
}

/** Billed units of the model: images, megapixels or seconds. */
export function costsOf(headers: Headers): { readonly costs?: readonly VendorCost[] } {
  const amount = Number.parseFloat(headers.get("x-fal-billable-units") ?? "");
  return amount >= 0 && Number.isFinite(amount) ? { costs: [{ amount, unit: "fal-billable-units" }] } : {};
}

const filtered: ProviderFailure = { code: "content_blocked", message: "fal's safety checker withheld the image." };
const missing: ProviderFailure = { code: "no_output", message: "fal's result has no file for this output." };

function outputOf(file: unknown): ProviderOutput {
  const url = typeof file === "string" ? file : asRecord(file).url;
  return typeof url === "string" && URL.canParse(url) ? { url } : { failure: missing };
}

function isFile(part: unknown): part is { readonly url: string } {
  return typeof asRecord(part).url === "string";
}
