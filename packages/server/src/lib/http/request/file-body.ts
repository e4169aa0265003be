import type { Context } from "hono";
import { blobFrom } from "../../bytes/blob-from.js";
import { sha256OfBlob } from "../../bytes/sha256-of-blob.js";
import type { CopiedBytes } from "../../ports/media-copier.js";
import { ServiceError } from "../../service/errors/service-error.js";
import { fileFormBoundary, fileFormOverheadBytes, parseFileForm } from "./file-form.js";
import { readBody, refuseEncoding } from "./read-body.js";
import type { RouterEnv } from "./router-context.js";
import { type FileBodyLimits, spoolBody } from "./spool-body.js";

/** Accepted content types. The actual type is detected from the bytes. */
const fileType = /^((image|video|audio)\/[\w.+-]+|application\/octet-stream)?\s*(;|$)/i;

/** Max size of a body with an image of at most `maxBytes`: includes the multipart overhead. */
export function maxImageBodyBytes(maxBytes: number): number {
  return maxBytes + fileFormOverheadBytes;
}

/**
 * Reads an uploaded file: the body itself, or the one file of a multipart form, which is in memory as a whole. The caller closes
 * the bytes.
 *
 * @param limits.maxFormBytes max size of a file in a form.
 * @throws {ServiceError} unsupported_media_type, payload_too_large, malformed_request, invalid_input, and the errors of
 *   `readBody` and `spoolBody`
 */
export async function readFile(
  c: Context<RouterEnv>,
  limits: FileBodyLimits & { readonly maxFormBytes: number },
): Promise<CopiedBytes> {
  const contentType = c.req.raw.headers.get("content-type") ?? "";
  refuseEncoding(c);
  if (fileType.test(contentType)) return spoolBody(c, limits);
  const boundary = fileFormBoundary(contentType);
  if (boundary === null) {
    const detail =
      "Send the file as the body, with the content type of an image, a video or audio, or as the one field, file, of a multipart/form-data form.";
    throw new ServiceError("unsupported_media_type", detail);
  }
  const form = {
    acceptsText: false,
    maxBytes: maxImageBodyBytes(limits.maxFormBytes),
    reportedMaxBytes: limits.maxFormBytes,
  };
  const body = blobFrom(parseFileForm(await readBody(c, { ...limits, ...form }), boundary));
  return { body, sha256: await sha256OfBlob(body), close: async () => undefined };
}
