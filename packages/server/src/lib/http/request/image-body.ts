import type { Context } from "hono";
import { ServiceError } from "../../service/errors/service-error.js";
import { fileFormBoundary, fileFormOverheadBytes, parseFileForm } from "./file-form.js";
import { type BodyLimits, readBody, refuseEncoding } from "./read-body.js";
import type { RouterEnv } from "./router-context.js";

/** Accepted content types. The actual type is detected from the bytes. */
const imageType = /^(image\/[\w.+-]+|application\/octet-stream)?\s*(;|$)/i;

/** Max size of a body with an image of at most `maxBytes`: includes the multipart overhead. */
export function maxImageBodyBytes(maxBytes: number): number {
  return maxBytes + fileFormOverheadBytes;
}

/**
 * Reads an uploaded image: the body itself, or the one file of a multipart form.
 *
 * @throws {ServiceError} unsupported_media_type, payload_too_large, malformed_request, invalid_input, and the errors of `readBody`
 */
export async function readImage(
  c: Context<RouterEnv>,
  limits: Omit<BodyLimits, "acceptsText" | "reportedMaxBytes">,
): Promise<Uint8Array> {
  const contentType = c.req.raw.headers.get("content-type") ?? "";
  refuseEncoding(c);
  if (imageType.test(contentType)) return readBody(c, { ...limits, acceptsText: false });
  const boundary = fileFormBoundary(contentType);
  if (boundary === null) {
    const detail =
      "Send the image as the body, with an image content type, or as the one field, file, of a multipart/form-data form.";
    throw new ServiceError("unsupported_media_type", detail);
  }
  const form = {
    acceptsText: false,
    maxBytes: maxImageBodyBytes(limits.maxBytes),
    reportedMaxBytes: limits.maxBytes,
  };
  return parseFileForm(await readBody(c, { ...limits, ...form }), boundary);
}
