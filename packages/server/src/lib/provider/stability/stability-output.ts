import { fromBase64 } from "../../bytes/base64.js";
import type { ProviderErrorCode } from "../../generation/provider-failure.js";
import { asRecord } from "../../json/as-record.js";
import type { MissingOutput, ProviderMedia } from "../../ports/provider.js";
import { jsonOf } from "../kit/request/vendor-json.js";
import type { VendorResponse } from "../kit/request/vendor-request.js";

/**
 * Image of a response, which is JSON or the image itself.
 *
 * @param contentType the requested type.
 * @returns `null` for an unknown format.
 */
export function stabilityOutput(response: VendorResponse, contentType: string): ProviderMedia | MissingOutput | null {
  const reported = response.headers.get("content-type") ?? "";
  if (reported.startsWith("image/")) {
    const [type = contentType] = reported.split(";");
    return outputOf(response.body, { reason: response.headers.get("finish-reason"), contentType: type.trim() });
  }
  // Some queued jobs return the image as `result`.
  const { finish_reason: reason, image, result = image } = asRecord(jsonOf(response));
  if (typeof result !== "string" && typeof reason !== "string") return null;
  return outputOf(typeof result === "string" ? fromBase64(result) : null, { reason, contentType });
}

function outputOf(
  bytes: Uint8Array | null,
  { reason, contentType }: { readonly reason: unknown; readonly contentType: string },
): ProviderMedia | MissingOutput {
  // A filtered image is blurred and must not be delivered.
  if (typeof reason === "string" && /filter/i.test(reason)) return missing("content_blocked", "filtered its output");
  if (bytes === null || bytes.byteLength === 0) return missing("no_output", "returned no image");
  return { bytes, contentType };
}

function missing(code: ProviderErrorCode, what: string): MissingOutput {
  return { failure: { code, message: `Stability AI ${what}.` } };
}
