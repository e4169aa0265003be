import type { SubmitOutcome } from "../../ports/provider.js";
import { paidPictures } from "../kit/paid-answer.js";
import { fieldsOf, jsonOf } from "../kit/request/vendor-json.js";
import type { VendorReply } from "../kit/request/vendor-request.js";
import { outcomeOfAnswer } from "./cloudflare-failure.js";
import { cloudflareOutput } from "./cloudflare-output.js";

/**
 * Outcome of the paid request over HTTP. The response is JSON with the image, or the image itself.
 *
 * @param maxBytes maximum size of an image; absent for no limit.
 * @param now epoch milliseconds.
 */
export async function readReply(reply: VendorReply, maxBytes: number | undefined, now: number): Promise<SubmitOutcome> {
  const paid = paidPictures("Cloudflare", reply, () => null);
  if ("outcome" in paid) return ("status" in reply ? outcomeOfAnswer(reply, now) : null) ?? paid.outcome;
  const { answer } = paid;
  const [type = ""] = (answer.headers.get("content-type") ?? "").split(";");
  if (type.startsWith("image/")) {
    const output = await cloudflareOutput(answer.body, maxBytes, type.trim());
    return output === null ? unread : { type: "done", outputs: [output] };
  }
  const said = jsonOf(answer);
  if (fieldsOf(said).success === false) return outcomeOfAnswer(answer, now) ?? unread;
  // JSON without these fields comes from another source, such as a proxy.
  const isOwn = "result" in fieldsOf(said) || "image" in fieldsOf(said);
  const output = isOwn ? await cloudflareOutput(said, maxBytes) : null;
  return output === null ? unread : { type: "done", outputs: [output] };
}

const unread = { type: "unknown", reason: "Could not parse Cloudflare's response." } as const;
