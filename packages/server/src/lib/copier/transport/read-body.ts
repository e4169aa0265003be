import type { CopiedBytes } from "../../ports/media-copier.js";
import { NoRoomError, type Spool } from "../spool/spool.js";
import type { Answer } from "./ask.js";

/** Options of {@link readBody}. */
export interface BodyReading {
  readonly maxBytes: number;
  /** Called with each chunk. */
  readonly onPiece: () => void;
  readonly spool: Spool;
}

/** The body exceeds the limit; its rest was not read. */
export interface TooLong {
  /** The limit in bytes, as the end of the sentence "… more than". */
  readonly moreThan: string;
}

/**
 * Reads a body to its end.
 *
 * @throws when the connection breaks, or the body cannot be stored now.
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
