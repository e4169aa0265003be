import { fromBase64 } from "../../bytes/base64.js";
import type { ProviderFailure } from "../../generation/provider-failure.js";
import { asRecord } from "../../json/as-record.js";
import type { ProviderOutput } from "../../ports/provider.js";

/** More than any model returns in one call. */
const maxVideos = 100;

/** Outputs of a finished generation, in order. */
export function videoOutputsOf(videos: unknown): readonly ProviderOutput[] {
  return (Array.isArray(videos) ? videos.slice(0, maxVideos) : []).map(outputOf);
}

function outputOf(video: unknown): ProviderOutput {
  const { data, mediaType, type, url } = asRecord(video);
  const contentType = String(mediaType);
  if (type === "url" && typeof url === "string" && URL.canParse(url)) return { url };
  if (type === "binary" && data instanceof Uint8Array) return { bytes: data, contentType };
  const bytes = type === "base64" && typeof data === "string" ? fromBase64(data) : null;
  return bytes === null ? { failure: missing } : { bytes, contentType };
}

/** Also for a video of the type `uploaded`: its file is only in the storage of the host's account. */
const missing: ProviderFailure = { code: "no_output", message: "The AI SDK returned no file for this output." };
