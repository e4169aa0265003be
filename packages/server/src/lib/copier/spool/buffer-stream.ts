import { createGrowingBuffer } from "../../bytes/growing-buffer.js";
import type { CopiedBytes } from "../../ports/media-copier.js";
import type { IncrementalHash, SpoolSink } from "./spool.js";

/** A body up to this size stays in memory. A longer one is stored in blocks of this size, with one block in memory. */
const blockBytes = 1_048_576;

/**
 * Reads a body to its end, as `Spool.buffer` specifies.
 *
 * @param deps.openSink called when the second block begins.
 */
export async function bufferStream(
  chunks: AsyncIterable<Uint8Array>,
  deps: { readonly hash: IncrementalHash; readonly openSink: () => Promise<SpoolSink> },
): Promise<CopiedBytes> {
  const { hash, openSink } = deps;
  // A body in chunks of one byte must not cost a write for each.
  const block = createGrowingBuffer({ maxBytes: blockBytes });
  let sink: SpoolSink | null = null;
  try {
    for await (const chunk of chunks) {
      for (let offset = 0; offset < chunk.byteLength; ) {
        if (block.byteLength === blockBytes) {
          await hash.update(block.view());
          sink ??= await openSink();
          await sink.append(block.view());
          block.clear();
        }
        const part = chunk.subarray(offset, offset + blockBytes - block.byteLength);
        block.append(part);
        offset += part.byteLength;
      }
    }
    const last = block.view();
    await hash.update(last);
    await sink?.append(last);
    const body = sink === null ? new Blob([last]) : await sink.toBlob();
    return { body, sha256: await hash.digest(body), close: async () => sink?.remove() };
  } catch (error) {
    await sink?.remove();
    throw error;
  }
}
