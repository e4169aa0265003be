import { BufferLimitError } from "../../ports/body-spool.js";
import type { SpoolSink } from "./spool.js";

/** Keeps a body in memory, up to `maxBytes`. */
export function memorySink(maxBytes: number): SpoolSink {
  let blocks: Blob[] = [];
  let byteLength = 0;
  return {
    append: async (block) => {
      byteLength += block.byteLength;
      if (byteLength > maxBytes) throw new BufferLimitError(maxBytes);
      // A `Blob` copies the bytes.
      blocks.push(new Blob([block]));
    },
    async toBlob() {
      const body = new Blob(blocks);
      // On Workers, a `Blob` of blobs copies their bytes: release the blocks.
      blocks = [];
      return body;
    },
    remove: async () => {
      blocks = [];
    },
  };
}
