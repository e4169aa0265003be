import { concatBytes } from "../../bytes/concat-bytes.js";
import { toHex } from "../../bytes/hex.js";
import type { IsoBox } from "../../media/containers/iso-box.js";
import { ascii, isoBox, isoBoxesIn, maxShortBytes, uint32 } from "./iso-boxes.js";
import type { MetadataReader } from "./metadata-format.js";

const xmpId = Uint8Array.of(
  0xbe,
  0x7a,
  0xcf,
  0xcb,
  0x97,
  0xa9,
  0x42,
  0xe8,
  0x9c,
  0x71,
  0x99,
  0x94,
  0x91,
  0xe3,
  0xaf,
  0xac,
);
const c2paId = "d8fec3d61b0e483c92975828877ec481";
const idBytes = 16;

/**
 * MP4 and MOV. A packet is appended: the tables of a video contain offsets into the file, so no byte of it may move.
 *
 * @see https://mp4ra.org/registered-types/boxes (checked 2026-11)
 */
export const readVideoMetadata: MetadataReader = async (file) => {
  const boxes = await isoBoxesIn(file, { start: 0, end: file.size });
  if (boxes === null) return null;
  let hasC2pa = false;
  let xmp: IsoBox | null = null;
  for (const box of boxes) {
    if (box.name !== "uuid" || box.start + idBytes > box.end) continue;
    const id = toHex(await file.bytes(box.start, idBytes));
    if (id === c2paId) hasC2pa = true;
    if (id === toHex(xmpId)) xmp ??= box;
  }
  const last = boxes.at(-1);
  return {
    hasC2pa,
    packet: xmp && { start: xmp.start + idBytes, end: xmp.end },
    editsFor: (packet) => {
      // Players find the index of a fragmented video by its distance from the end.
      const at = last?.name === "mfra" ? last.at : file.size;
      const append = { at, removed: 0, inserted: isoBox("uuid", concatBytes(xmpId, packet)) };
      // A previous packet becomes free space.
      const free = xmp === null ? [] : [{ at: xmp.at + 4, removed: 4, inserted: ascii("free") }];
      if (!last?.isOpen) return [...free, append];
      const length = file.size - last.at;
      if (length > maxShortBytes) return null;
      return [{ at: last.at, removed: 4, inserted: uint32(length) }, ...free, append].sort((a, b) => a.at - b.at);
    },
  };
};
