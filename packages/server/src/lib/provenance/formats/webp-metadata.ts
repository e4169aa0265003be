import type { BlobReader } from "../../bytes/blob-reader.js";
import { concatBytes } from "../../bytes/concat-bytes.js";
import type { Edit } from "../edit.js";
import { type MetadataReader, maxSteps, type PacketSpan } from "./metadata-format.js";

const [xmpFlag, alphaFlag] = [0x04, 0x10];
const maxRiffBytes = 0xffff_fff6;

/** @see https://developers.google.com/speed/webp/docs/riff_container (checked 2026-11) */
export const readWebpMetadata: MetadataReader = async (file) => {
  const end = 8 + (await file.view(4, 4)).getUint32(0, true);
  if (end > file.size) return null;
  const first = await file.text(12, 4);
  let hasC2pa = false;
  let xmp: PacketSpan | null = null;
  let [at, chunks] = [12, 0];
  for (; at < end; chunks += 1) {
    if (chunks === maxSteps) return null;
    const [name, length] = [await file.text(at, 4), (await file.view(at + 4, 4)).getUint32(0, true)];
    if (name === "C2PA") hasC2pa = true;
    if (name === "XMP ") xmp ??= { start: at, end: at + 8 + length };
    at += 8 + length + (length % 2);
  }
  if (at !== end) return null;
  const extended = first === "VP8X" ? await extendedHeader(file) : null;
  // Decoders ignore other chunks of a simple file, and would read them after its extension.
  const header = extended ?? (chunks === 1 ? await newExtendedHeader(file, first) : null);
  return {
    hasC2pa,
    packet: xmp && { start: xmp.start + 8, end: xmp.end },
    editsFor: (packet) => {
      if (header === null) return null;
      const inserted = concatBytes(
        chunkHeader("XMP ", packet.byteLength),
        packet,
        new Uint8Array(packet.byteLength % 2),
      );
      const removed = xmp === null ? 0 : xmp.end + ((xmp.end - xmp.start) % 2) - xmp.start;
      const riffBytes = end - 8 + header.inserted.byteLength - header.removed + inserted.byteLength - removed;
      if (riffBytes > maxRiffBytes) return null;
      return [{ at: 4, removed: 4, inserted: uint32(riffBytes) }, header, { at: xmp?.start ?? end, removed, inserted }];
    },
  };
};

/** Sets the flag of the metadata. */
async function extendedHeader(file: BlobReader): Promise<Edit> {
  const flags = (await file.view(20, 1)).getUint8(0);
  return { at: 20, removed: 1, inserted: Uint8Array.of(flags | xmpFlag) };
}

/** The header that a simple file needs before it can contain metadata; `null` if its first chunk is not an image. */
async function newExtendedHeader(file: BlobReader, name: string): Promise<Edit | null> {
  if (name !== "VP8 " && name !== "VP8L") return null;
  const view = await file.view(20, 10);
  const bits = view.getUint32(1, true);
  // A lossy image has no transparency without an extended header. The upper bits of its sizes are hints for scaling.
  const [width, height, flags] =
    name === "VP8L"
      ? [bits & 0x3fff, (bits >>> 14) & 0x3fff, ((bits >>> 28) & 1) * alphaFlag]
      : [(view.getUint16(6, true) & 0x3fff) - 1, (view.getUint16(8, true) & 0x3fff) - 1, 0];
  const sizes = [uint32(width).subarray(0, 3), uint32(height).subarray(0, 3)];
  const content = concatBytes(Uint8Array.of(xmpFlag | flags, 0, 0, 0), ...sizes);
  return { at: 12, removed: 0, inserted: concatBytes(chunkHeader("VP8X", 10), content) };
}

function chunkHeader(name: string, length: number): Uint8Array<ArrayBuffer> {
  return concatBytes(new TextEncoder().encode(name), uint32(length));
}

function uint32(value: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}
