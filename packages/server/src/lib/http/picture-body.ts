import type { Context } from "hono";
import { ServiceError } from "../service/service-error.js";
import { fileFormBoundary, fileFormOverheadBytes, parseFileForm } from "./file-form.js";
import { readBody, refuseEncoding } from "./read-body.js";
import type { RouterEnv } from "./router-context.js";

/** What a picture may be called, if anything. What it is, is found in its bytes. */
const pictureType = /^(image\/[\w.+-]+|application\/octet-stream)?\s*(;|$)/i;

/**
 * Reads an uploaded picture: the body itself, or the one file of a form.
 *
 * @throws {ServiceError} unsupported_media_type, payload_too_large, malformed_request, invalid_input
 */
export async function readPicture(c: Context<RouterEnv>, maxBytes: number): Promise<Uint8Array> {
  const contentType = c.req.raw.headers.get("content-type") ?? "";
  refuseEncoding(c);
  if (pictureType.test(contentType)) return readBody(c, maxBytes);
  const boundary = fileFormBoundary(contentType);
  if (boundary === null) {
    const detail =
      "Send the picture as the body, with its image type, or a form (multipart/form-data) with one field, file.";
    throw new ServiceError("unsupported_media_type", detail);
  }
  return parseFileForm(await readBody(c, maxBytes + fileFormOverheadBytes, maxBytes), boundary);
}
