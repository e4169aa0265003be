import type { CopyOutcome } from "../../ports/media-copier.js";
import { refuse } from "../policy/refuse.js";
import type { Answer } from "./ask.js";
import { type BodyReading, readBody } from "./read-body.js";

/** The result of one request. */
export type Reading =
  | CopyOutcome
  /** `to` is the `Location` as sent, perhaps relative. */
  | { readonly type: "redirected"; readonly to: string };

/**
 * Reads a response, and its body only if it is usable.
 *
 * @param options.onPiece called when a body begins, and with each chunk.
 * @throws for failures that a retry may fix.
 */
export async function readAnswer(
  answer: Answer,
  options: BodyReading & { readonly hostname: string },
): Promise<Reading> {
  const { contentType, encoding, location, status } = answer;
  const { hostname, onPiece } = options;
  const isRedirect = [301, 302, 303, 307, 308].includes(status);
  if (isRedirect && location !== null) return { type: "redirected", to: location };
  if ([401, 403, 404, 410].includes(status)) return { type: "gone", status };
  if (isPassing(status)) throw new Error(`The answer was ${status}.`);
  if (status !== 200) return refuse("download_failed", hostname, `answered ${status}`);
  if ((encoding ?? "identity") !== "identity") {
    return refuse("output_rejected", hostname, "answered in an encoding, which nobody asked for");
  }
  onPiece();
  const copied = await readBody(answer, options);
  if ("moreThan" in copied) return refuse("output_rejected", hostname, `answered with more than ${copied.moreThan}`);
  return { type: "copied", ...copied, contentType: contentType ?? "application/octet-stream" };
}

/** Busy, too early, rate limited or broken: a retry may succeed. */
function isPassing(status: number): boolean {
  return status >= 500 || [408, 425, 429].includes(status);
}
