import type { CopiedBytes } from "../../ports/media-copier.js";
import type { GrowingHash, SpoolPlace } from "./spool.js";

/** A body up to this size stays in memory. A longer one is stored in blocks of this size, with one block in memory. */
const blockBytes = 1_048_576;
const firstBytes = 65_536;

/**
 * Reads a body to its end, as `Spool.take` specifies.
 *
 * @param ground.openPlace called when the second block begins.
 */
export async function takePieces(
  pieces: AsyncIterable<Uint8Array>,
  ground: { readonly hash: GrowingHash; readonly openPlace: () => Promise<SpoolPlace> },
): Promise<CopiedBytes> {
  const { hash, openPlace } = ground;
  // One reused buffer that grows: a body in chunks of one byte must not cost a hundred bytes of memory, or a write, for
  // each.
  let block = new Uint8Array(firstBytes);
  let filled = 0;
  let place: SpoolPlace | null = null;
  try {
    for await (const piece of pieces) {
      for (let at = 0; at < piece.byteLength; ) {
        if (filled === blockBytes) {
          await hash.update(block);
          place ??= await openPlace();
          await place.append(block);
          filled = 0;
        }
        const part = piece.subarray(at, at + blockBytes - filled);
        block = withRoom(block, filled + part.byteLength);
        block.set(part, filled);
        filled += part.byteLength;
        at += part.byteLength;
      }
    }
    const last = block.subarray(0, filled);
    await hash.update(last);
    await place?.append(last);
    const body = place === null ? new Blob([last]) : await place.toBlob();
    return { body, sha256: await hash.digest(body), close: async () => place?.remove() };
  } catch (error) {
    await place?.remove();
    throw error;
  }
}

function withRoom(block: Uint8Array<ArrayBuffer>, byteLength: number): Uint8Array<ArrayBuffer> {
  if (byteLength <= block.byteLength) return block;
  const larger = new Uint8Array(Math.min(Math.max(byteLength, block.byteLength * 2), blockBytes));
  larger.set(block);
  return larger;
}
