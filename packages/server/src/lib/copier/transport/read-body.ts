import { BufferLimitError, type Spool } from "../../ports/body-spool.js";
import type { CopiedBytes } from "../../ports/media-copier.js";
import type { TransportResponse } from "./http-transport.js";

/** Options of {@link readBody}. */
export interface ReadBodyOptions {
  readonly maxBytes: number;
  /** Called with each chunk. */
  readonly onChunk: () => void;
  readonly spool: Spool;
}

/** The body exceeds the limit; its rest was not read. */
export interface TooLong {
  /** The limit, as the end of the sentence "… more than". */
  readonly limit: string;
}

/**
 * Reads a body to its end.
 *
 * @throws when the connection breaks, or the body cannot be stored now.
 */
export async function readBody(
  { body, contentLength }: Pick<TransportResponse, "contentLength" | "body">,
  options: ReadBodyOptions,
): Promise<CopiedBytes | TooLong> {
  const { maxBytes, spool } = options;
  const tooLong = { limit: `${maxBytes} bytes` };
  if ((contentLength ?? 0) > maxBytes) return tooLong;
  try {
    return await spool.buffer(limitBytes(body, options));
  } catch (error) {
    if (error instanceof TooLongError) return tooLong;
    if (error instanceof BufferLimitError) {
      return { limit: `the ${error.maxBytes} bytes that memory buffers without a folder for temporary files` };
    }
    throw error;
  }
}

class TooLongError extends Error {}

async function* limitBytes(
  body: AsyncIterable<Uint8Array>,
  { maxBytes, onChunk }: ReadBodyOptions,
): AsyncGenerator<Uint8Array> {
  let byteLength = 0;
  for await (const chunk of body) {
    onChunk();
    byteLength += chunk.byteLength;
    if (byteLength > maxBytes) throw new TooLongError("The body is too long.");
    yield chunk;
  }
}
