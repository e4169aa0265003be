import type { ByteRange } from "../ports/storage.js";

/** The part of a stream that lies in a range, of a source that can only be read from its start. */
export function partOfStream(body: ReadableStream<Uint8Array>, { start, end }: ByteRange): ReadableStream<Uint8Array> {
  let position = 0;
  return body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        const part = chunk.subarray(Math.max(start - position, 0), Math.max(end + 1 - position, 0));
        position += chunk.byteLength;
        if (part.byteLength > 0) controller.enqueue(part);
        // The source is told that nobody reads the rest.
        if (position > end) controller.terminate();
      },
    }),
  );
}
