import type { CopiedBytes } from "../../ports/media-copier.js";
import type { IncrementalHash, SpoolSink } from "./spool.js";

/** A body up to this size stays in memory. A longer one is stored in blocks of this size, with one block in memory. */
const blockBytes = 1_048_576;
const firstBytes = 65_536;

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
  // One reused buffer that grows: a body in chunks of one byte must not cost a hundred bytes of memory, or a write, for
  // each.
  let block = new Uint8Array(firstBytes);
  let filled = 0;
  let sink: SpoolSink | null = null;
  try {
    for await (const chunk of chunks) {
      for (let offset = 0; offset < chunk.byteLength; ) {
        if (filled === blockBytes) {
          await hash.update(block);
          sink ??= await openSink();
          await sink.append(block);
          filled = 0;
        }
        const part = chunk.subarray(offset, offset + blockBytes - filled);
        block = withCapacity(block, filled + part.byteLength);
        block.set(part, filled);
        filled += part.byteLength;
        offset += part.byteLength;
      }
    }
    const last = block.subarray(0, filled);
    await hash.update(last);
    await sink?.append(last);
    const body = sink === null ? new Blob([last]) : await sink.toBlob();
    return { body, sha256: await hash.digest(body), close: async () => sink?.remove() };
  } catch (error) {
    await sink?.remove();
    throw error;
  }
}

function withCapacity(block: Uint8Array<ArrayBuffer>, byteLength: number): Uint8Array<ArrayBuffer> {
  if (byteLength <= block.byteLength) return block;
  const larger = new Uint8Array(Math.min(Math.max(byteLength, block.byteLength * 2), blockBytes));
  larger.set(block);
  return larger;
}
