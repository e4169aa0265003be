import { fromBase64 } from "../../bytes/base64.js";
import { readBytes } from "../../bytes/read-bytes.js";
import { asRecord } from "../../json/as-record.js";
import type { MissingOutput, ProviderMedia } from "../../ports/provider.js";
import { tooLong } from "../kit/failures/too-long.js";

/** Most models return JPEG. The worker detects the stored type from the bytes. */
const usualType = "image/jpeg";

/**
 * Extracts the image of a result: base64, alone or as `image`, bytes, or a stream.
 *
 * @param options.maxBytes limit of a stream; absent for no limit.
 * @returns `null` for an unknown kind of result.
 */
export async function cloudflareOutput(
  given: unknown,
  {
    maxBytes = Number.POSITIVE_INFINITY,
    contentType = usualType,
  }: { readonly maxBytes?: number | undefined; readonly contentType?: string | undefined } = {},
): Promise<ProviderMedia | MissingOutput | null> {
  if (typeof given === "string") return imageOf(fromBase64(given), contentType);
  if (given instanceof ArrayBuffer) return imageOf(new Uint8Array(given), contentType);
  if (ArrayBuffer.isView(given)) {
    return imageOf(new Uint8Array(given.buffer, given.byteOffset, given.byteLength), contentType);
  }
  if (given instanceof ReadableStream) {
    const bytes = await readBytes(given, { maxBytes });
    return bytes === null ? { failure: tooLong("Cloudflare's response") } : imageOf(bytes, contentType);
  }
  const { image, result = image } = asRecord(given);
  if (result !== undefined && result !== null) return cloudflareOutput(result, { maxBytes, contentType });
  return typeof given === "object" && given !== null ? { failure: noImage } : null;
}

function imageOf(bytes: Uint8Array | null, contentType: string): ProviderMedia | MissingOutput {
  return bytes === null || bytes.byteLength === 0 ? { failure: noImage } : { bytes, contentType };
}

const noImage = { code: "no_output", message: "Cloudflare returned no image." } as const;
