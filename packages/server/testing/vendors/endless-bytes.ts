/** Larger than the default output limit, also after base64 decoding. */
const hugeBytes = 100_000_000;
const chunkBytes = 65_536;

/** A stream that begins with `head` and exceeds any output limit. `filling` is the value of the other bytes. */
export function endlessBytes(head: Uint8Array, filling = 0): ReadableStream<Uint8Array> {
  const chunk = new Uint8Array(chunkBytes).fill(filling);
  let sent = 0;
  return new ReadableStream<Uint8Array>({
    pull: (controller) => {
      controller.enqueue(sent === 0 ? head : chunk);
      sent += chunkBytes;
      if (sent > hugeBytes) controller.close();
    },
  });
}
