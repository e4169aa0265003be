import type { ProviderFailure } from "../../generation/provider-failure.js";
import type { ProviderLink, ProviderOutput } from "../../ports/provider.js";
import { findIn, mostFiles } from "../kit/find-in.js";

/** Where files of the API are that only its key opens, and the key. */
export interface ReplicateFiles {
  /** Such as `"https://api.replicate.com/v1"`. */
  readonly baseUrl: string;
  readonly authorization: string;
}

/**
 * The outputs in what a prediction has come to: an address, a list of addresses, or addresses somewhere inside. In a list,
 * what is no address keeps its place.
 */
export function outputsOf(output: unknown, files: ReplicateFiles): readonly ProviderOutput[] {
  if (output === null || output === undefined) return [];
  const parts = Array.isArray(output) ? output.slice(0, mostFiles) : [output];
  return parts.flatMap((part): readonly ProviderOutput[] => {
    const urls = findIn(part, isFileUrl);
    return urls.length === 0 ? [{ failure: missing }] : urls.map((url) => linkTo(url, files));
  });
}

const missing: ProviderFailure = { code: "no_output", message: "Replicate's output has no file in this place." };

/** Whether it may be copied is for the worker to decide; here it is told from a text. */
function isFileUrl(part: unknown): part is string {
  return typeof part === "string" && /^(https?:\/\/|data:)/i.test(part) && URL.canParse(part);
}

function linkTo(url: string, { baseUrl, authorization }: ReplicateFiles): ProviderLink {
  // As it will be asked for: a path may climb out of where it seems to lie.
  const { href } = new URL(url);
  return href.startsWith(`${baseUrl}/files/`) ? { url, headers: { authorization } } : { url };
}
