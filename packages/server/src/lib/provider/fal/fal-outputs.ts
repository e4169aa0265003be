import type { ProviderFailure } from "../../generation/provider-failure.js";
import { asRecord } from "../../json/as-record.js";
import type { MissingOutput, ProviderLink, ProviderOutput, VendorCost } from "../../ports/provider.js";
import { findIn, maxFiles } from "../kit/find-in.js";

/**
 * Outputs in a result, in order. Video models return `video` or `videos`, some beside images of it; image models return
 * `images` or `image`. For other models, such as those of audio, every file is an output.
 */
export function outputsOf(result: unknown): readonly ProviderOutput[] {
  const { has_nsfw_concepts, nsfw_content_detected, thumbnail, ...fields } = asRecord(result);
  const video = listOf(fields.videos) ?? listOf(fields.video);
  if (video !== null) return video.map((file) => withPoster(outputOf(file), thumbnail));
  const files = listOf(fields.images) ?? listOf(fields.image) ?? findIn(result, isFile);
  const flags = [has_nsfw_concepts ?? nsfw_content_detected].flat();
  return files.map((file, place) => (flags[place] === true ? { failure: filtered } : outputOf(file)));
}

/** The files of a field, which has one or a list; `null` without it. */
function listOf(field: unknown): readonly unknown[] | null {
  if (field === undefined || field === null) return null;
  return Array.isArray(field) ? field.slice(0, maxFiles) : [field];
}

/** Some video models return a still image of the video. */
function withPoster(output: ProviderOutput, thumbnail: unknown): ProviderOutput {
  const poster = outputOf(thumbnail);
  return "failure" in output || "failure" in poster ? output : { ...output, poster };
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

function outputOf(file: unknown): ProviderLink | MissingOutput {
  const url = typeof file === "string" ? file : asRecord(file).url;
  return typeof url === "string" && URL.canParse(url) ? { url } : { failure: missing };
}

function isFile(part: unknown): part is { readonly url: string } {
  return typeof asRecord(part).url === "string";
}
