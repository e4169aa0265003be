import type { ProviderErrorCode } from "../../generation/provider-failure.js";
import type { CopyOutcome } from "../../ports/media-copier.js";

/** Max length of a DNS name. */
const longestHost = 253;

/**
 * Refuses a copy, with the host and the rule. The message never contains the URL, which may be signed.
 *
 * @param hostname of the host at fault; `undefined` if the link itself is invalid.
 * @param why completes the sentence after the host.
 */
export function refuse(
  code: Extract<ProviderErrorCode, "download_failed" | "output_rejected">,
  hostname: string | undefined,
  why: string,
): Extract<CopyOutcome, { readonly type: "refused" }> {
  const who = hostname === undefined ? "the provider" : `the host "${hostname.slice(0, longestHost)}"`;
  return { type: "refused", failure: { code, message: `An output was not copied: ${who} ${why}.` } };
}
