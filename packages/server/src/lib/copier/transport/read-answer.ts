import type { CopyOutcome } from "../../ports/media-copier.js";
import { refuse } from "../policy/refuse.js";
import type { Answer } from "./ask.js";
import { type BodyReading, readBody } from "./read-body.js";

/** What came of one question. */
export type Reading =
  | CopyOutcome
  /** `to` is as the answer says it, perhaps relative. */
  | { readonly type: "redirected"; readonly to: string };

/**
 * Reads an answer as far as it is of use.
 *
 * @param options.onPiece called when a body begins, and with each piece of it.
 * @throws when it may be better another time.
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

/** Busy, too early, too often, broken: it may have passed in a moment. */
function isPassing(status: number): boolean {
  return status >= 500 || [408, 425, 429].includes(status);
}
