import type { ProviderErrorCode } from "../../generation/provider-failure.js";
import type { CopyOutcome } from "../../ports/media-copier.js";

/** Max length of a DNS name. */
const maxHostLength = 253;

/**
 * Refuses a copy, with the host and the rule. The message never contains the URL, which may be signed.
 *
 * @param refusal.hostname of the host at fault; `undefined` if the link itself is invalid.
 * @param refusal.reason completes the sentence after the host.
 */
export function refuseCopy(
  code: Extract<ProviderErrorCode, "download_failed" | "output_rejected">,
  { hostname, reason }: { readonly hostname: string | undefined; readonly reason: string },
): Extract<CopyOutcome, { readonly type: "refused" }> {
  const subject = hostname === undefined ? "the provider" : `the host "${hostname.slice(0, maxHostLength)}"`;
  return { type: "refused", failure: { code, message: `Output not copied: ${subject} ${reason}.` } };
}
