import type { CopiedBytes } from "../../ports/media-copier.js";
import { NoRoomError, type Spool } from "../spool/spool.js";
import type { Answer } from "./ask.js";

/** How a body is read. */
export interface BodyReading {
  readonly maxBytes: number;
  /** Called whenever something has come. */
  readonly onPiece: () => void;
  readonly spool: Spool;
}

/** A body that is too long; the rest of it was not read. */
export interface TooLong {
  /** What is, in bytes, as the end of a sentence: more than what. */
  readonly moreThan: string;
}

/**
 * Reads a body to its end.
 *
 * @throws when it was cut off, or cannot be kept now.
 */
export async function readBody(
  { announcedBytes, body }: Pick<Answer, "announcedBytes" | "body">,
  { maxBytes, onPiece, spool }: BodyReading,
): Promise<CopiedBytes | TooLong> {
  const tooLong = { moreThan: `${maxBytes} bytes` };
  if ((announcedBytes ?? 0) > maxBytes) return tooLong;
  try {
    return await spool.take(upTo(maxBytes, body, onPiece));
  } catch (error) {
    if (error instanceof TooLongError) return tooLong;
    if (error instanceof NoRoomError) {
      return { moreThan: `the ${error.mostBytes} bytes that fit into memory where there is no place for files` };
    }
    throw error;
  }
}

class TooLongError extends Error {}

async function* upTo(
  maxBytes: number,
  body: AsyncIterable<Uint8Array>,
  onPiece: () => void,
): AsyncGenerator<Uint8Array> {
  let length = 0;
  for await (const piece of body) {
    onPiece();
    length += piece.byteLength;
    if (length > maxBytes) throw new TooLongError("The body is too long.");
    yield piece;
  }
}
