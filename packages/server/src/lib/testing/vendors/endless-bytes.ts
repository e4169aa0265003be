/** More than any host keeps unless it says so, in base64, too. */
const hugeBytes = 100_000_000;
const chunkBytes = 65_536;

/** A body that begins as given and is far longer than any picture that is kept; zeros follow, or another filling. */
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
