import type { Context } from "hono";
import type { z } from "zod";
import { invalidInputs } from "../../service/errors/invalid-input.js";
import { toProblemIssues } from "../../service/errors/problem-issues.js";
import { ServiceError } from "../../service/errors/service-error.js";
import { refuseEncoding } from "./read-body.js";
import type { RouterEnv } from "./router-context.js";
import type { SmallBodies } from "./small-bodies.js";

const jsonType = /^application\/json\s*(;|$)/i;

/** Limits of a JSON body. */
export interface JsonLimits {
  readonly bodies: SmallBodies;
  /** Max size of one body, in bytes. */
  readonly maxBodyBytes: number;
}

/**
 * Reads the bytes of a JSON request, without parsing them.
 *
 * @throws {ServiceError} unsupported_media_type, payload_too_large, malformed_request, timeout, rate_limited, unavailable
 */
export async function readJsonBytes(c: Context<RouterEnv>, { bodies, maxBodyBytes }: JsonLimits): Promise<Uint8Array> {
  const contentType = c.req.raw.headers.get("content-type");
  // A browser sends other types cross-origin without a preflight.
  if (contentType !== null && !jsonType.test(contentType)) throw notJson();
  refuseEncoding(c);
  const bytes = await bodies.read(c, { ownerId: c.var.caller.ownerId, maxBytes: maxBodyBytes, acceptsText: true });
  if (contentType === null && bytes.byteLength > 0) throw notJson();
  return bytes;
}

/**
 * Parses and validates a body. An error contains no part of the body.
 *
 * @throws {ServiceError} malformed_request, invalid_input
 */
export function parseJsonBody<Schema extends z.ZodType>(bytes: Uint8Array, schema: Schema): z.output<Schema> {
  // The schema's own words for a missing field are "expected nonoptional, received undefined".
  const error = ({ input }: { readonly input: unknown }) =>
    input === undefined ? "This field is missing." : undefined;
  const result = schema.safeParse(parseJson(bytes), { error });
  if (result.success) return result.data;
  throw invalidInputs(toProblemIssues(result.error.issues));
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new ServiceError("malformed_request", "The body is not JSON.");
  }
}

function notJson(): ServiceError {
  return new ServiceError("unsupported_media_type", "Send application/json.");
}
