import type { ProviderFailure } from "../../generation/provider-failure.js";
import type { ProviderLink, ProviderOutput } from "../../ports/provider.js";
import { findIn, maxFiles } from "../kit/find-in.js";

/** Access to files of Replicate's API, which need the API key. */
export interface ReplicateFiles {
  /** Such as `"https://api.replicate.com/v1"`. */
  readonly baseUrl: string;
  readonly authorization: string;
}

/** Outputs of a prediction: a URL, a list of URLs, or nested URLs. List entries without a URL keep their position. */
export function outputsOf(output: unknown, files: ReplicateFiles): readonly ProviderOutput[] {
  if (output === null || output === undefined) return [];
  const parts = Array.isArray(output) ? output.slice(0, maxFiles) : [output];
  return parts.flatMap((part): readonly ProviderOutput[] => {
    const urls = findIn(part, isFileUrl);
    return urls.length === 0 ? [{ failure: missing }] : urls.map((url) => linkTo(url, files));
  });
}

const missing: ProviderFailure = { code: "no_output", message: "Replicate's output has no file for this entry." };

/** Only distinguishes a URL from text. The worker decides whether it may be copied. */
function isFileUrl(part: unknown): part is string {
  return typeof part === "string" && /^(https?:\/\/|data:)/i.test(part) && URL.canParse(part);
}

function linkTo(url: string, { baseUrl, authorization }: ReplicateFiles): ProviderLink {
  // The normalized URL, because a path with `..` may leave the folder.
  const { href } = new URL(url);
  return href.startsWith(`${baseUrl}/files/`) ? { url, headers: { authorization } } : { url };
}
