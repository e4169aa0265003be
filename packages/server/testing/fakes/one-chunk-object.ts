/**
 * A stream of one-byte chunks that reuses one array for all chunks, as a socket may. A reader that collects the chunks
 * without copying them ends up with the last byte only.
 */
export function inOneChunkObject(bytes: Uint8Array): ReadableStream<Uint8Array> {
  const chunk = new Uint8Array(1);
  let at = 0;
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (at === bytes.byteLength) return controller.close();
        chunk[0] = bytes[at] ?? 0;
        at += 1;
        controller.enqueue(chunk);
      },
    },
    // Reads no chunk ahead.
    { highWaterMark: 0 },
  );
}
