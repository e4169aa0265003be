import type { CopyOutcome } from "../../ports/media-copier.js";
import { refuseCopy } from "../policy/refuse-copy.js";
import type { TransportResponse } from "./http-transport.js";
import { type ReadBodyOptions, readBody } from "./read-body.js";

/** The result of one request. */
export type ReadResult =
  | CopyOutcome
  /** `to` is the `Location` as sent, perhaps relative. */
  | { readonly type: "redirected"; readonly to: string };

/**
 * Reads a response, and its body only if it is usable.
 *
 * @param options.onChunk called when a body begins, and with each chunk.
 * @throws for failures that a retry may fix.
 */
export async function readResponse(
  response: TransportResponse,
  options: ReadBodyOptions & { readonly hostname: string },
): Promise<ReadResult> {
  const { contentType, encoding, location, status } = response;
  const { hostname, onChunk } = options;
  const isRedirect = [301, 302, 303, 307, 308].includes(status);
  if (isRedirect && location !== null) return { type: "redirected", to: location };
  if ([401, 403, 404, 410].includes(status)) return { type: "gone", status };
  if (isRetryable(status)) throw new Error(`The response status was ${status}.`);
  if (status !== 200) {
    return refuseCopy("download_failed", { hostname, reason: `responded with status ${status}` });
  }
  if ((encoding ?? "identity").toLowerCase() !== "identity") {
    return refuseCopy("output_rejected", { hostname, reason: "responded with an encoding that was not requested" });
  }
  onChunk();
  const copied = await readBody(response, options);
  if ("limit" in copied) {
    return refuseCopy("output_rejected", { hostname, reason: `responded with more than ${copied.limit}` });
  }
  return { type: "copied", ...copied, contentType: contentType ?? "application/octet-stream" };
}

/** Busy, too early, rate limited or broken: a retry may succeed. */
function isRetryable(status: number): boolean {
  return status >= 500 || [408, 425, 429].includes(status);
}
