import type { Answer } from "./ask.js";

/**
 * Reads a body to its end.
 *
 * @param options.onPiece called whenever something has come.
 * @returns `null` when it is longer than it may be; the rest was not read then.
 * @throws when it was cut off.
 */
export async function readBody(
  { announcedBytes, body }: Pick<Answer, "announcedBytes" | "body">,
  { maxBytes, onPiece }: { readonly maxBytes: number; readonly onPiece: () => void },
): Promise<Uint8Array | null> {
  if ((announcedBytes ?? 0) > maxBytes) return null;
  // One buffer that grows: a body in pieces of one byte must not take a hundred for each.
  let bytes = new Uint8Array(65_536);
  let length = 0;
  for await (const piece of body) {
    onPiece();
    const end = length + piece.byteLength;
    if (end > maxBytes) return null;
    if (end > bytes.byteLength) bytes = grown(bytes, Math.max(end, bytes.byteLength * 2));
    bytes.set(piece, length);
    length = end;
  }
  return bytes.slice(0, length);
}

function grown(bytes: Uint8Array<ArrayBuffer>, byteLength: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(byteLength);
  larger.set(bytes);
  return larger;
}
