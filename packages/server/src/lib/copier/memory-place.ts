import type { SpoolPlace } from "./spool.js";

/** Holds a body in memory, up to so many bytes. */
export function memoryPlace(mostBytes: number): SpoolPlace {
  let blocks: Blob[] = [];
  let held = 0;
  return {
    append: async (block) => {
      held += block.byteLength;
      if (held > mostBytes)
        throw new Error(`There is no place for temporary files, and in memory for ${mostBytes} bytes.`);
      // A copy.
      blocks.push(new Blob([block]));
    },
    toBlob: async () => new Blob(blocks),
    remove: async () => {
      blocks = [];
    },
  };
}
