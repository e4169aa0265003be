/**
 * Reads a body to its end.
 *
 * @param isTooMuch asked about each piece as it comes.
 * @returns `null` when it is longer than `maxBytes`, or too much; the rest is not read.
 */
export async function readBytes(
  response: Response,
  maxBytes: number,
  isTooMuch: (piece: Uint8Array) => boolean = () => false,
): Promise<Uint8Array | null> {
  if (response.body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return joined(chunks, length);
    length += value.byteLength;
    if (length > maxBytes || isTooMuch(value)) {
      // A body that cannot be canceled is too long all the same.
      await reader.cancel().catch(() => undefined);
      return null;
    }
    chunks.push(value);
  }
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}
