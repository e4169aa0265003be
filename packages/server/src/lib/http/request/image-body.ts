import type { Context } from "hono";
import type { Clock } from "../../ports/clock.js";
import { interruptible } from "../../process/interruptible.js";
import { ServiceError } from "../../service/errors/service-error.js";
import { fileFormBoundary, fileFormOverheadBytes, parseFileForm } from "./file-form.js";
import { readBody, refuseEncoding } from "./read-body.js";
import type { RouterEnv } from "./router-context.js";

/** What a picture may be called, if anything. What it is, is found in its bytes. */
const imageType = /^(image\/[\w.+-]+|application\/octet-stream)?\s*(;|$)/i;

/** Largest body that has a picture of so many bytes: the form around it counts as well. */
export function maxImageBodyBytes(maxBytes: number): number {
  return maxBytes + fileFormOverheadBytes;
}

/** Limits of one upload. */
interface ImageLimits {
  /** Of the picture, in bytes. */
  readonly maxBytes: number;
  /** Until the body is complete, in milliseconds. */
  readonly maxMs: number;
  readonly clock: Pick<Clock, "setTimer">;
}

/**
 * Reads an uploaded picture: the body itself, or the one file of a form.
 *
 * @throws {ServiceError} unsupported_media_type, payload_too_large, malformed_request, invalid_input
 */
export async function readImage(c: Context<RouterEnv>, { maxBytes, maxMs, clock }: ImageLimits): Promise<Uint8Array> {
  const contentType = c.req.raw.headers.get("content-type") ?? "";
  refuseEncoding(c);
  if (imageType.test(contentType)) {
    return inTime({ maxMs, clock }, (signal) => readBody(c, { maxBytes, signal }));
  }
  const boundary = fileFormBoundary(contentType);
  if (boundary === null) {
    const detail =
      "Send the picture as the body, with its image type, or a form (multipart/form-data) with one field, file.";
    throw new ServiceError("unsupported_media_type", detail);
  }
  const form = { maxBytes: maxImageBodyBytes(maxBytes), namedBytes: maxBytes };
  return parseFileForm(await inTime({ maxMs, clock }, (signal) => readBody(c, { ...form, signal })), boundary);
}

/** The signal stops the reading, so that an unfinished body does not stay in memory. */
async function inTime<Body>(
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
