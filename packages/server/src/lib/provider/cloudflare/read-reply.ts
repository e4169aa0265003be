import type { SubmitOutcome } from "../../ports/provider.js";
import { outcomeWithoutSuccess } from "../vendor/submit-outcome.js";
import { fieldsOf, jsonOf } from "../vendor/vendor-json.js";
import type { VendorReply } from "../vendor/vendor-request.js";
import { outcomeOfAnswer } from "./cloudflare-failure.js";
import { cloudflareOutput, tooLong } from "./cloudflare-output.js";

/**
 * What the paid request came to, by an answer over HTTP: JSON with the picture in it, or the picture itself.
 *
 * @param maxBytes of a picture.
 */
export async function readReply(reply: VendorReply, maxBytes: number): Promise<SubmitOutcome> {
  if (reply.type === "lost" && reply.isTooLong) return { type: "done", outputs: [{ failure: tooLong }] };
  const told = reply.type === "answered" && reply.status !== 200 ? outcomeOfAnswer(reply, Date.now()) : null;
  const refused = told ?? outcomeWithoutSuccess("Cloudflare", reply, () => null);
  if (refused !== null || reply.type !== "answered") return refused ?? unread;
  const [type = ""] = (reply.headers.get("content-type") ?? "").split(";");
  if (type.startsWith("image/")) {
    const output = await cloudflareOutput(reply.body, maxBytes, type.trim());
    return output === null ? unread : { type: "done", outputs: [output] };
  }
  const said = jsonOf(reply);
  if (fieldsOf(said).success === false) return outcomeOfAnswer(reply, Date.now()) ?? unread;
  // Without either of these it is the JSON of somebody else, such as a proxy.
  const isOwn = "result" in fieldsOf(said) || "image" in fieldsOf(said);
  const output = isOwn ? await cloudflareOutput(said, maxBytes) : null;
  return output === null ? unread : { type: "done", outputs: [output] };
}

const unread = { type: "unknown", reason: "Cloudflare's answer cannot be read." } as const;
