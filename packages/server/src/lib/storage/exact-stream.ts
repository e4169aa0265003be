/**
 * Passes a stream through, and fails it if it has fewer or more than `byteLength` bytes. Without the check, a truncated
 * object would look complete.
 */
export function exactStream(body: ReadableStream<Uint8Array>, byteLength: number): ReadableStream<Uint8Array> {
  let position = 0;
  return body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        position += chunk.byteLength;
        if (position > byteLength) throw new Error(`A stored object has more than its ${byteLength} bytes.`);
        controller.enqueue(chunk);
      },
      flush() {
        if (position < byteLength) throw new Error(`A stored object ended at byte ${position} of ${byteLength}.`);
      },
    }),
  );
}
