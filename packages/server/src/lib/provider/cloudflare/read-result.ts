import { asRecord } from "../../json/as-record.js";
import type { SubmitOutcome } from "../../ports/provider.js";
import { jsonOf } from "../kit/request/vendor-json.js";
import type { VendorResult } from "../kit/request/vendor-request.js";
import { submitOutcomeWithImages } from "../kit/submit-outcome.js";
import { outcomeOfResponse } from "./cloudflare-failure.js";
import { cloudflareOutput } from "./cloudflare-output.js";

/**
 * Outcome of the paid request over HTTP. The response is JSON with the image, or the image itself.
 *
 * @param options.maxBytes maximum size of an image; absent for no limit.
 * @param options.now epoch milliseconds.
 */
export async function readResult(
  result: VendorResult,
  { maxBytes, now }: { readonly maxBytes: number | undefined; readonly now: number },
): Promise<SubmitOutcome> {
  const paid = submitOutcomeWithImages("Cloudflare", { result, failureOf: () => null });
  if ("outcome" in paid) return ("status" in result ? outcomeOfResponse(result, now) : null) ?? paid.outcome;
  const { response } = paid;
  const [type = ""] = (response.headers.get("content-type") ?? "").split(";");
  if (type.startsWith("image/")) {
    const output = await cloudflareOutput(response.body, { maxBytes, contentType: type.trim() });
    return output === null ? unread : { type: "done", outputs: [output] };
  }
  const parsed = jsonOf(response);
  if (asRecord(parsed).success === false) return outcomeOfResponse(response, now) ?? unread;
  // JSON without these fields comes from another source, such as a proxy.
  const isOwn = "result" in asRecord(parsed) || "image" in asRecord(parsed);
  const output = isOwn ? await cloudflareOutput(parsed, { maxBytes }) : null;
  return output === null ? unread : { type: "done", outputs: [output] };
}

const unread = { type: "unknown", reason: "Could not parse Cloudflare's response." } as const;
