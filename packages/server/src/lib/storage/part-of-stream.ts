import type { ByteRange } from "../ports/storage.js";

/** Cuts a range out of a stream whose source reads only from the start. */
export function partOfStream(body: ReadableStream<Uint8Array>, { start, end }: ByteRange): ReadableStream<Uint8Array> {
  let position = 0;
  return body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        const part = chunk.subarray(Math.max(start - position, 0), Math.max(end + 1 - position, 0));
        position += chunk.byteLength;
        if (part.byteLength > 0) controller.enqueue(part);
        // Cancels the source: the rest is not needed.
        if (position > end) controller.terminate();
      },
    }),
  );
}
