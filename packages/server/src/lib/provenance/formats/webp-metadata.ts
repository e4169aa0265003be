import type { BlobReader } from "../../bytes/blob-reader.js";
import { concatBytes } from "../../bytes/concat-bytes.js";
import type { Edit } from "../edit.js";
import type { MetadataReader } from "./metadata-format.js";
import { littleUint32, maxRiffBytes, riffChunk, riffChunksIn } from "./riff-chunks.js";

const [xmpFlag, alphaFlag] = [0x04, 0x10];

/** @see https://developers.google.com/speed/webp/docs/riff_container (checked 2026-11) */
export const readWebpMetadata: MetadataReader = async (file) => {
  const end = 8 + (await file.view(4, 4)).getUint32(0, true);
  const chunks = end > file.size ? null : await riffChunksIn(file, end);
  const first = chunks?.[0];
  if (!chunks || first === undefined || chunks.at(-1)?.next !== end) return null;
  const xmp = chunks.find(({ name }) => name === "XMP ");
  const extended = first.name === "VP8X" ? await extendedHeader(file) : null;
  // Decoders ignore other chunks of a simple file, and would read them after its extension.
  const header = extended ?? (chunks.length === 1 ? await newExtendedHeader(file, first.name) : null);
  return {
    hasC2pa: chunks.some(({ name }) => name === "C2PA"),
    packet: xmp ?? null,
    editsFor: (packet) => {
      if (header === null) return null;
      const inserted = riffChunk("XMP ", packet);
      const removed = xmp === undefined ? 0 : xmp.next - xmp.at;
      const riffBytes = end - 8 + header.inserted.byteLength - header.removed + inserted.byteLength - removed;
      if (riffBytes > maxRiffBytes) return null;
      const size = { at: 4, removed: 4, inserted: littleUint32(riffBytes) };
      return [size, header, { at: xmp?.at ?? end, removed, inserted }];
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
  const sizes = [littleUint32(width).subarray(0, 3), littleUint32(height).subarray(0, 3)];
  const content = concatBytes(Uint8Array.of(xmpFlag | flags, 0, 0, 0), ...sizes);
  return { at: 12, removed: 0, inserted: riffChunk("VP8X", content) };
}
