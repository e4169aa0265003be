import { NoRoomError, type SpoolPlace } from "./spool.js";

/** Keeps a body in memory, up to `mostBytes`. */
export function memoryPlace(mostBytes: number): SpoolPlace {
  let blocks: Blob[] = [];
  let held = 0;
  return {
    append: async (block) => {
      held += block.byteLength;
      if (held > mostBytes) throw new NoRoomError(mostBytes);
      // A `Blob` copies the bytes.
      blocks.push(new Blob([block]));
    },
    toBlob: async () => new Blob(blocks),
    remove: async () => {
      blocks = [];
    },
  };
}
