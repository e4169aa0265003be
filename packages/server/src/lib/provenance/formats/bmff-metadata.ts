import { concatBytes } from "../../bytes/concat-bytes.js";
import { toHex } from "../../bytes/hex.js";
import { type MetadataReader, maxSteps } from "./metadata-format.js";

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
/** Max length of a box whose length has four bytes. */
const maxShortBytes = 0xffff_ffff;

/**
 * MP4 and MOV. A packet is appended: the tables of a video contain offsets into the file, so no byte of it may move.
 *
 * @see https://mp4ra.org/registered-types/boxes (checked 2026-11)
 */
export const readVideoMetadata: MetadataReader = async (file) => {
  let hasC2pa = false;
  let xmp: { readonly at: number; readonly start: number; readonly end: number } | null = null;
  let openLastBox: number | null = null;
  /** The index of a fragmented video, which players find by its distance from the end. */
  let indexAt: number | null = null;
  let at = 0;
  for (let steps = 0; at < file.size; steps += 1) {
    if (steps === maxSteps) return null;
    const [length, name] = [(await file.view(at, 4)).getUint32(0), await file.text(at + 4, 4)];
    // 1 means a length of eight bytes after the name. 0 means the rest of the file.
    const start = at + (length === 1 ? 16 : 8);
    const end =
      length === 1 ? at + Number((await file.view(at + 8, 8)).getBigUint64(0)) : length === 0 ? file.size : at + length;
    if (end < start || end > file.size) return null;
    if (name === "uuid" && start + idBytes <= end) {
      const id = toHex(await file.bytes(start, idBytes));
      if (id === c2paId) hasC2pa = true;
      if (id === toHex(xmpId)) xmp ??= { at, start: start + idBytes, end };
    }
    openLastBox = length === 0 ? at : null;
    indexAt = name === "mfra" ? at : null;
    at = end;
  }
  return {
    hasC2pa,
    packet: xmp && { start: xmp.start, end: xmp.end },
    editsFor: (packet) => {
      const inserted = concatBytes(uint32(8 + idBytes + packet.byteLength), ascii("uuid"), xmpId, packet);
      const append = { at: indexAt ?? file.size, removed: 0, inserted };
      // A previous packet becomes free space.
      const free = xmp === null ? [] : [{ at: xmp.at + 4, removed: 4, inserted: ascii("free") }];
      if (openLastBox === null) return [...free, append];
      const length = file.size - openLastBox;
      if (length > maxShortBytes) return null;
      return [{ at: openLastBox, removed: 4, inserted: uint32(length) }, ...free, append].sort((a, b) => a.at - b.at);
    },
  };
};

/** AVIF refers to its metadata from a table of offsets, which an insertion would break. */
export const readAvifMetadata: MetadataReader = async (file) => {
  const boxes = await readVideoMetadata(file);
  return boxes && { ...boxes, editsFor: () => null };
};

function ascii(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

function uint32(value: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}
