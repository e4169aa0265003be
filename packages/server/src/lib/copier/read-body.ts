import type { CopiedBytes } from "../ports/media-copier.js";
import type { Answer } from "./ask.js";
import type { Spool } from "./spool.js";

/** How a body is read. */
export interface BodyReading {
  readonly maxBytes: number;
  /** Called whenever something has come. */
  readonly onPiece: () => void;
  readonly spool: Spool;
}

/**
 * Reads a body to its end.
 *
 * @returns `null` when it is longer than it may be; the rest was not read then.
 * @throws when it was cut off, or cannot be kept now.
 */
export async function readBody(
  { announcedBytes, body }: Pick<Answer, "announcedBytes" | "body">,
  { maxBytes, onPiece, spool }: BodyReading,
): Promise<CopiedBytes | null> {
  if ((announcedBytes ?? 0) > maxBytes) return null;
  try {
    return await spool.take(upTo(maxBytes, body, onPiece));
  } catch (error) {
    if (error instanceof TooLong) return null;
    throw error;
  }
}

class TooLong extends Error {}

async function* upTo(
  maxBytes: number,
  body: AsyncIterable<Uint8Array>,
  onPiece: () => void,
): AsyncGenerator<Uint8Array> {
  let length = 0;
  for await (const piece of body) {
    onPiece();
    length += piece.byteLength;
    if (length > maxBytes) throw new TooLong("The body is too long.");
    yield piece;
  }
}
