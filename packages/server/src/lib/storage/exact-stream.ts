/**
 * Passes a stream on, and fails it where it ends before or goes on after so many bytes: what was cut on its way would
 * pass for the whole.
 */
export function exactStream(body: ReadableStream<Uint8Array>, byteLength: number): ReadableStream<Uint8Array> {
  let passed = 0;
  return body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        passed += chunk.byteLength;
        if (passed > byteLength) throw new Error(`A stored object goes on after its ${byteLength} bytes.`);
        controller.enqueue(chunk);
      },
      flush() {
        if (passed < byteLength) throw new Error(`A stored object ended at byte ${passed} of ${byteLength}.`);
      },
    }),
  );
}
