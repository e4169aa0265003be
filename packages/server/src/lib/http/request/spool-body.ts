import type { Context } from "hono";
import { fileSignatureBytes } from "../../bytes/file-signature.js";
import { formatBytes } from "../../bytes/format-bytes.js";
import { BufferLimitError, type Spool } from "../../ports/body-spool.js";
import type { CopiedBytes } from "../../ports/media-copier.js";
import { ServiceError } from "../../service/errors/service-error.js";
import { type BodyLimits, orMalformed, type Reading, withBody } from "./read-body.js";
import type { RouterEnv } from "./router-context.js";

/** `Retry-After` of a body that could not be buffered. The disk may have space later. */
const bufferRetryMs = 5_000;

/** Limits of a body with a file. */
export interface FileBodyLimits extends Omit<BodyLimits, "acceptsText" | "reportedMaxBytes"> {
  readonly spool: Spool;
  /** Max size of a file that begins with these bytes; at most `maxBytes`. */
  readonly maxBytesOf: (start: Uint8Array) => number;
}

/**
 * As `readBody`, for a file that may be larger than memory. The caller closes the bytes.
 *
 * @throws {ServiceError} as `readBody`; payload_too_large if this machine cannot buffer so much, unavailable if it cannot now
 */
export function spoolBody(c: Context<RouterEnv>, limits: FileBodyLimits): Promise<CopiedBytes> {
  return withBody(c, {
    limits: { ...limits, acceptsText: false },
    read: async (body, reading) => {
      const file = await spool(chunksOf(body, { ...reading, maxBytesOf: limits.maxBytesOf }), limits);
      // At the time limit, no caller receives the file any more.
      if (reading.signal.aborted) await file.close();
      return file;
    },
    convert: async (bytes, { tooLarge }) => {
      const maxBytes = limits.maxBytesOf(bytes);
      if (bytes.byteLength > maxBytes) throw tooLarge(maxBytes);
      return spool([bytes], limits);
    },
  });
}

async function spool(
  chunks: AsyncIterable<Uint8Array> | readonly Uint8Array[],
  limits: FileBodyLimits,
): Promise<CopiedBytes> {
  try {
    return await limits.spool.buffer(Symbol.asyncIterator in chunks ? chunks : toAsync(chunks));
  } catch (cause) {
    if (ServiceError.isInstance(cause)) throw cause;
    if (!(cause instanceof BufferLimitError)) {
      const detail = "The server could not store the file: send it again.";
      throw new ServiceError("unavailable", detail, { cause, retryAfterMs: bufferRetryMs });
    }
    const detail = `The server can only store files of at most ${formatBytes(cause.maxBytes)}: use a smaller one.`;
    throw new ServiceError("payload_too_large", detail, { cause });
  }
}

async function* toAsync(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

/** The chunks of a body. The first bytes decide its limit. Cancels the rest of an unfinished body. */
async function* chunksOf(
  body: ReadableStream<Uint8Array>,
  { checkComplete, countChunk, maxBytesOf, signal, tooLarge }: Reading & Pick<FileBodyLimits, "maxBytesOf">,
): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  // Not awaited: the sender may hang.
  const cancel = () => void reader.cancel().catch(() => undefined);
  signal.addEventListener("abort", cancel, { once: true });
  let start = new Uint8Array();
  let [byteLength, isDone] = [0, false];
  try {
    for (;;) {
      const { done, value } = await orMalformed(reader.read());
      // A canceled body ends like a complete one.
      signal.throwIfAborted();
      isDone = done;
      if (value === undefined) return checkComplete();
      countChunk(value);
      if (start.byteLength < fileSignatureBytes)
        start = Uint8Array.of(...start, ...value.subarray(0, fileSignatureBytes));
      byteLength += value.byteLength;
      const maxBytes = maxBytesOf(start);
      if (byteLength > maxBytes) throw tooLarge(maxBytes);
      yield value;
    }
  } finally {
    signal.removeEventListener("abort", cancel);
    if (!isDone) cancel();
  }
}
