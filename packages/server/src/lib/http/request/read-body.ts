import type { Context } from "hono";
import { formatBytes } from "../../bytes/format-bytes.js";
import { ServiceError } from "../../service/errors/service-error.js";
import { ConsumedBodyError } from "./consumed-body-error.js";
import type { RouterEnv } from "./router-context.js";

/** Limits of a body. */
interface BodyLimits {
  readonly maxBytes: number;
  /**
   * The limit that a refusal names, where the body may have more for what is wrapped around the content.
   * @default maxBytes
   */
  readonly namedBytes?: number;
  /** Stops the reading of a stream. @default none */
  readonly signal?: AbortSignal;
}

/**
 * Reads a body, counting: neither a missing nor a false `Content-Length` lets more in. What a middleware of the host has
 * read already is taken from where Hono keeps it.
 *
 * @throws {ServiceError} payload_too_large; malformed_request when the sender broke off
 * @throws {ConsumedBodyError} when the host has read the body and it was not kept.
 */
export async function readBody(
  c: Context<RouterEnv>,
  { maxBytes, namedBytes = maxBytes, signal }: BodyLimits,
): Promise<Uint8Array> {
  const request = c.req.raw;
  const tooLarge = () => new ServiceError("payload_too_large", `At most ${formatBytes(namedBytes)}: send less.`);
  const stated = request.headers.get("content-length");
  if (Number(stated ?? 0) > maxBytes) throw tooLarge();
  const kept = await readKept(c.env.host);
  if (kept !== null) {
    if (kept.byteLength > maxBytes) throw tooLarge();
    return kept;
  }
  if (c.env.isConsumed) throw new ConsumedBodyError();
  // Without a stream, which costs a tenth of a submit.
  if (c.env.isFramed && contentLengthOf(c) !== null && !request.bodyUsed) {
    const bytes = new Uint8Array(await orBrokenOff(request.arrayBuffer()));
    if (bytes.byteLength > maxBytes) throw tooLarge();
    return bytes;
  }
  if (request.body === null) return new Uint8Array();
  if (request.bodyUsed || request.body.locked) throw new ConsumedBodyError();
  return readStream(request.body, { maxBytes, tooLarge, signal });
}

/**
 * Nothing is unpacked here: what is small on the wire may be huge in memory.
 *
 * @throws {ServiceError} unsupported_media_type
 */
export function refuseEncoding(c: Context<RouterEnv>): void {
  const encoding = c.req.raw.headers.get("content-encoding");
  if (encoding === null || encoding.toLowerCase() === "identity") return;
  throw new ServiceError("unsupported_media_type", "Send the body as it is, without Content-Encoding.");
}

/**
 * How many bytes the body has, as its sender states; `null` where that is unknown. A lenient parser may have let a malformed
 * length through, and then not have counted by it.
 */
export function contentLengthOf(c: Context<RouterEnv>): number | null {
  const { headers } = c.req.raw;
  const stated = headers.get("content-length");
  if (stated === null || !/^\d+$/.test(stated) || headers.has("transfer-encoding")) return null;
  return Number(stated);
}

async function readKept(host: Context | undefined): Promise<Uint8Array | null> {
  if (host === undefined || Object.keys(host.req.bodyCache).length === 0) return null;
  return new Uint8Array(await orBrokenOff(host.req.arrayBuffer()));
}

async function readStream(
  body: ReadableStream<Uint8Array>,
  {
    maxBytes,
    tooLarge,
    signal,
  }: {
    readonly maxBytes: number;
    readonly tooLarge: () => ServiceError;
    readonly signal: AbortSignal | undefined;
  },
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let byteLength = 0;
  const reader = body.getReader();
  signal?.addEventListener("abort", () => void reader.cancel().catch(() => undefined), { once: true });
  for (let step = await orBrokenOff(reader.read()); !step.done; step = await orBrokenOff(reader.read())) {
    byteLength += step.value.byteLength;
    if (byteLength > maxBytes) {
      // What is left is not read; whether the sender hears of it in time is the connection's business.
      reader.cancel().catch(() => undefined);
      throw tooLarge();
    }
    chunks.push(step.value);
  }
  return join(chunks, byteLength);
}

/** A body that does not come to its end is the sender's doing: most have gone, and none of it is a fault here. */
async function orBrokenOff<Answer>(reading: Promise<Answer>): Promise<Answer> {
  try {
    return await reading;
  } catch (cause) {
    throw new ServiceError("malformed_request", "The body broke off before its end: send it again.", { cause });
  }
}

function join(chunks: readonly Uint8Array[], byteLength: number): Uint8Array {
  const bytes = new Uint8Array(byteLength);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}
