import type { Context } from "hono";
import { formatBytes } from "../../bytes/format-bytes.js";
import { readBytes } from "../../bytes/read-bytes.js";
import type { Clock } from "../../ports/clock.js";
import { interruptible } from "../../process/interruptible.js";
import { ServiceError } from "../../service/errors/service-error.js";
import { startBodyDeadline, stepBytes } from "./body-deadline.js";
import type { BodySlot } from "./body-slots.js";
import { closeConnection } from "./close-connection.js";
import { ConsumedBodyError } from "./consumed-body-error.js";
import type { RouterEnv } from "./router-context.js";

/** A chunk below this size is small, in bytes. */
const smallChunkBytes = 64;
/** Max small chunks of one body. Each takes microseconds, so a body in chunks of one byte would block the process. */
const maxSmallChunks = 10_000;

/** Limits of a body. */
export interface BodyLimits {
  readonly maxBytes: number;
  /**
   * The limit in the error message, if the body may be longer by the overhead around its content.
   * @default maxBytes
   */
  readonly reportedMaxBytes?: number;
  /** Time limit of the whole body, in milliseconds. `startBodyDeadline` has the other time limits. */
  readonly maxMs: number;
  /** Whether the text that a middleware of the host has cached will do. It is not exact for bytes that are not UTF-8. */
  readonly acceptsText: boolean;
  readonly clock: Pick<Clock, "setTimer">;
  /** Grows with the received bytes. Its overhead covers a body that is read at once. */
  readonly slot: Pick<BodySlot, "grow">;
}

/**
 * Reads a body and counts its bytes, because `Content-Length` may be missing or false. If a middleware of the host has
 * read the body, uses Hono's cache.
 *
 * @throws {ServiceError} payload_too_large; malformed_request when the body is incomplete, or in too many small chunks;
 *   timeout when it stalls or is too slow; rate_limited and unavailable at the limits of the slot
 * @throws {ConsumedBodyError} when the host has read the body and Hono's cache does not have the exact bytes.
 */
export async function readBody(c: Context<RouterEnv>, limits: BodyLimits): Promise<Uint8Array> {
  return withBody(c, {
    limits,
    read: async (body, { checkComplete, countChunk, maxBytes, signal, tooLarge }) => {
      const exceedsLimit = (chunk: Uint8Array) => {
        countChunk(chunk);
        return false;
      };
      const bytes = await orMalformed(readBytes(body, { maxBytes, signal, exceedsLimit }));
      if (bytes === null) throw tooLarge(maxBytes);
      checkComplete();
      return bytes;
    },
    convert: async (bytes) => bytes,
  });
}

/** Options of one read: it ends at `maxBytes`, or when the signal aborts. */
export interface Reading {
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  readonly tooLarge: (maxBytes: number) => ServiceError;
  /** Call it for each chunk. @throws {ServiceError} for too many small chunks, and at the limits of the slot */
  readonly countChunk: (chunk: Uint8Array) => void;
  /**
   * Call it after the last chunk: a proxy or a framework may pass on the first part of a body only, as Next.js does above 10 MB.
   *
   * @throws {ServiceError} malformed_request for fewer bytes than `Content-Length`
   */
  readonly checkComplete: () => void;
}

/**
 * Reads a body within its time limits.
 *
 * @param options.read reads a stream.
 * @param options.convert converts a body that is in memory already.
 * @throws {ServiceError} as `readBody`
 */
export async function withBody<Result>(
  c: Context<RouterEnv>,
  options: {
    readonly limits: BodyLimits;
    readonly read: (body: ReadableStream<Uint8Array>, reading: Reading) => Promise<Result>;
    readonly convert: (bytes: Uint8Array, reading: Reading) => Promise<Result>;
  },
): Promise<Result> {
  const { limits } = options;
  const { maxBytes, reportedMaxBytes } = limits;
  const tooLarge = (limit: number) => {
    const max = formatBytes(limit === maxBytes ? (reportedMaxBytes ?? limit) : limit);
    return new ServiceError("payload_too_large", `The body is larger than ${max}: send less.`);
  };
  const stated = c.req.raw.headers.get("content-length");
  if (Number(stated ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const deadline = startBodyDeadline(limits);
  let receivedBytes = 0;
  const received = (byteLength: number): void => {
    receivedBytes += byteLength;
    deadline.received(byteLength);
    limits.slot.grow(byteLength);
  };
  const checkComplete = (): void => {
    if (receivedBytes < (contentLengthOf(c) ?? 0)) throw incomplete();
  };
  const reading = {
    maxBytes,
    tooLarge,
    signal: deadline.signal,
    countChunk: chunkCounter(c, received),
    checkComplete,
  };
  const result = async (): Promise<Result> => {
    const body = await openBody(c, limits);
    if (!(body instanceof Uint8Array)) return options.read(body, reading);
    if (body.byteLength > maxBytes) throw tooLarge(maxBytes);
    return options.convert(body, reading);
  };
  try {
    return await interruptible(deadline.signal, result());
  } finally {
    deadline.stop();
  }
}

async function openBody(
  c: Context<RouterEnv>,
  { acceptsText }: Pick<BodyLimits, "acceptsText">,
): Promise<Uint8Array | ReadableStream<Uint8Array>> {
  const request = c.req.raw;
  const cached = await readCached(c.env.host, { acceptsText });
  if (cached !== null) return cached;
  if (c.env.isConsumed) throw new ConsumedBodyError();
  // A stream takes a tenth of the time of a submit. The time limits of a body below one step do not depend on its bytes.
  const byteLength = contentLengthOf(c);
  if (c.env.isFramed && byteLength !== null && byteLength < stepBytes && !request.bodyUsed) {
    return new Uint8Array(await orMalformed(request.arrayBuffer()));
  }
  if (request.body === null) return new Uint8Array();
  if (request.bodyUsed || request.body.locked) throw new ConsumedBodyError();
  return request.body;
}

/**
 * Refuses a compressed body: it may be small on the wire and huge in memory.
 *
 * @throws {ServiceError} unsupported_media_type
 */
export function refuseEncoding(c: Context<RouterEnv>): void {
  const encoding = c.req.raw.headers.get("content-encoding");
  if (encoding === null || encoding.toLowerCase() === "identity") return;
  throw new ServiceError("unsupported_media_type", "Send the body uncompressed, without Content-Encoding.");
}

/**
 * The body's `Content-Length`; `null` if it is unknown or malformed. A lenient HTTP parser may accept a malformed length
 * and not enforce it.
 */
export function contentLengthOf(c: Context<RouterEnv>): number | null {
  const { headers } = c.req.raw;
  const length = headers.get("content-length");
  if (length === null || !/^\d+$/.test(length) || headers.has("transfer-encoding")) return null;
  return Number(length);
}

/** The members of Hono's cache from which the bytes can be restored. */
const exactMembers = ["arrayBuffer", "blob"];
/** Those with the text. `c.req.json()` caches the text too. */
const textMembers = ["text", "json"];

/**
 * Reads the body from Hono's cache; `null` if it has none. The first member was read from the request, and the others were
 * converted from it. A form would get another boundary.
 *
 * @throws {ConsumedBodyError} when the first member is not exact.
 */
async function readCached(
  host: Context | undefined,
  { acceptsText }: { readonly acceptsText: boolean },
): Promise<Uint8Array | null> {
  const [member] = host === undefined ? [] : Object.keys(host.req.bodyCache);
  if (host === undefined || member === undefined) return null;
  const isAccepted = exactMembers.includes(member) || (acceptsText && textMembers.includes(member));
  if (!isAccepted) throw new ConsumedBodyError();
  return new Uint8Array(await orMalformed(host.req.arrayBuffer()));
}

/** Counts the chunks of a body, and throws at the limit of small ones. */
function chunkCounter(c: Context<RouterEnv>, received: (byteLength: number) => void): (chunk: Uint8Array) => void {
  let smallChunks = 0;
  return ({ byteLength }) => {
    if (byteLength < smallChunkBytes) smallChunks += 1;
    if (smallChunks > maxSmallChunks) throw tooManyChunks(c);
    received(byteLength);
  };
}

/** Closes the connection: Node would otherwise parse the rest of the chunks. */
function tooManyChunks(c: Context<RouterEnv>): ServiceError {
  const detail = `The body has more than ${maxSmallChunks} chunks below ${smallChunkBytes} bytes: send larger chunks.`;
  return new ServiceError("malformed_request", detail, { headers: closeConnection(c) });
}

/** An incomplete body is the client's error, mostly a disconnect, and never an internal one. */
export async function orMalformed<Result>(read: Promise<Result>): Promise<Result> {
  try {
    return await read;
  } catch (cause) {
    if (ServiceError.isInstance(cause)) throw cause;
    throw incomplete(cause);
  }
}

function incomplete(cause?: unknown): ServiceError {
  return new ServiceError("malformed_request", "The body is incomplete: send it again.", { cause });
}
