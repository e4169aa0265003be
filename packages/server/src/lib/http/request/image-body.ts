import type { Context } from "hono";
import type { Clock } from "../../ports/clock.js";
import { interruptible } from "../../process/interruptible.js";
import { ServiceError } from "../../service/errors/service-error.js";
import { fileFormBoundary, fileFormOverheadBytes, parseFileForm } from "./file-form.js";
import { readBody, refuseEncoding } from "./read-body.js";
import type { RouterEnv } from "./router-context.js";

/** Accepted content types. The actual type is detected from the bytes. */
const imageType = /^(image\/[\w.+-]+|application\/octet-stream)?\s*(;|$)/i;

/** Max size of a body with an image of at most `maxBytes`: includes the multipart overhead. */
export function maxImageBodyBytes(maxBytes: number): number {
  return maxBytes + fileFormOverheadBytes;
}

/** Limits of one upload. */
interface ImageLimits {
  /** Max size of the image, in bytes. */
  readonly maxBytes: number;
  /** Time limit of the whole body, in milliseconds. */
  readonly maxMs: number;
  readonly clock: Pick<Clock, "setTimer">;
}

/**
 * Reads an uploaded image: the body itself, or the one file of a multipart form.
 *
 * @throws {ServiceError} unsupported_media_type, payload_too_large, malformed_request, invalid_input
 */
export async function readImage(c: Context<RouterEnv>, { maxBytes, maxMs, clock }: ImageLimits): Promise<Uint8Array> {
  const contentType = c.req.raw.headers.get("content-type") ?? "";
  refuseEncoding(c);
  if (imageType.test(contentType)) {
    return withTimeLimit({ maxMs, clock }, (signal) => readBody(c, { maxBytes, signal }));
  }
  const boundary = fileFormBoundary(contentType);
  if (boundary === null) {
    const detail =
      "Send the image as the body, with an image content type, or as the one field, file, of a multipart/form-data form.";
    throw new ServiceError("unsupported_media_type", detail);
  }
  const form = { maxBytes: maxImageBodyBytes(maxBytes), reportedMaxBytes: maxBytes };
  return parseFileForm(await withTimeLimit({ maxMs, clock }, (signal) => readBody(c, { ...form, signal })), boundary);
}

/** The signal stops the read at the limit, so that an unfinished body does not stay in memory. */
async function withTimeLimit<Body>(
  { clock, maxMs }: Pick<ImageLimits, "clock" | "maxMs">,
  read: (signal: AbortSignal) => Promise<Body>,
): Promise<Body> {
  const limit = new AbortController();
  const message = `The body did not arrive within ${maxMs / 1_000} s: send it again.`;
  const cancelTimer = clock.setTimer(maxMs, () => limit.abort(new ServiceError("malformed_request", message)));
  try {
    return await interruptible(limit.signal, read(limit.signal));
  } finally {
    cancelTimer();
  }
}
