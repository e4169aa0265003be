import type { ProviderErrorCode } from "../../generation/provider-failure.js";
import type { CopyOutcome } from "../../ports/media-copier.js";

/** No name in the world is longer. */
const longestHost = 253;

/**
 * Refuses, with the host and the rule. Never with the URL, which may be signed.
 *
 * @param hostname of whoever is to blame, and not there when it is the link itself.
 * @param why goes on with the sentence after the host.
 */
export function refuse(
  code: Extract<ProviderErrorCode, "download_failed" | "output_rejected">,
  hostname: string | undefined,
  why: string,
): Extract<CopyOutcome, { readonly type: "refused" }> {
  const who = hostname === undefined ? "the provider" : `the host "${hostname.slice(0, longestHost)}"`;
  return { type: "refused", failure: { code, message: `An output was not copied: ${who} ${why}.` } };
}
