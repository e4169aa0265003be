/**
 * Reads a body to its end.
 *
 * @param exceedsLimit called with each chunk as it arrives; `true` stops the read.
 * @returns `null` when the body is longer than `maxBytes` or `exceedsLimit` returned `true`. The rest is not read.
 */
export async function readBytes(
  response: Response,
  maxBytes: number,
  exceedsLimit: (chunk: Uint8Array) => boolean = () => false,
): Promise<Uint8Array | null> {
  if (response.body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return joined(chunks, length);
    length += value.byteLength;
    if (length > maxBytes || exceedsLimit(value)) {
      // The body is too long even if canceling it fails.
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
