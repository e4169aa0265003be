import type { ProviderFailure } from "../../generation/provider-failure.js";
import type { ProviderLink, ProviderOutput } from "../../ports/provider.js";

/** No model gives as many; what goes further only makes us work. */
const mostFiles = 100;
const deepest = 8;

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
    const urls = urlsIn(part);
    return urls.length === 0 ? [{ failure: missing }] : urls.map((url) => linkTo(url, files));
  });
}

const missing: ProviderFailure = { code: "no_output", message: "Replicate's output has no file in this place." };

function urlsIn(output: unknown): readonly string[] {
  const found: string[] = [];
  const visit = (part: unknown, depth: number): void => {
    if (depth > deepest || found.length === mostFiles) return;
    if (typeof part === "string" && isFileUrl(part)) found.push(part);
    else if (typeof part === "object" && part !== null)
      for (const inner of Object.values(part)) visit(inner, depth + 1);
  };
  visit(output, 0);
  return found;
}

/** Whether it may be copied is for the worker to decide; here it is told from a text. */
function isFileUrl(text: string): boolean {
  return /^(https?:\/\/|data:)/i.test(text) && URL.canParse(text);
}

function linkTo(url: string, { baseUrl, authorization }: ReplicateFiles): ProviderLink {
  // As it will be asked for: a path may climb out of where it seems to lie.
  const { href } = new URL(url);
  return href.startsWith(`${baseUrl}/files/`) ? { url, headers: { authorization } } : { url };
}
