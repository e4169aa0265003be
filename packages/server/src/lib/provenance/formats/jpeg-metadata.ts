import type { BlobReader } from "../../bytes/blob-reader.js";
import { concatBytes } from "../../bytes/concat-bytes.js";
import { type MetadataReader, maxSteps, type PacketSpan } from "./metadata-format.js";

const xmpName = "http://ns.adobe.com/xap/1.0/\0";
const exifName = "Exif\0\0";
const [scan, app0, app1, app11] = [0xda, 0xe0, 0xe1, 0xeb];
/** Max content of a segment: its length of two bytes counts itself. */
const maxContentBytes = 65_533;

/** @see https://www.w3.org/Graphics/JPEG/itu-t81.pdf B.1.1 (checked 2026-11) */
export const readJpegMetadata: MetadataReader = async (file) => {
  let hasC2pa = false;
  let segment: PacketSpan | null = null;
  let insertAt = 2;
  let at = 2;
  for (let steps = 0; ; steps += 1) {
    const view = await file.view(at, 4);
    const marker = view.getUint8(1);
    if (steps === maxSteps || view.getUint8(0) !== 0xff) return null;
    if (marker === scan) break;
    if (marker === 0xff) {
      // A fill byte: any number of them may precede a marker.
      at += 1;
    } else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)) {
      at += 2;
    } else {
      const [start, end] = [at + 4, at + 2 + view.getUint16(2)];
      if (end < start || end > file.size) return null;
      const has = (name: string) => startsWith(file, { start, end, name });
      // Segments of C2PA are boxes of JUMBF, with this identifier.
      if (marker === app11 && (await has("JP"))) hasC2pa = true;
      if (marker === app1 && segment === null && (await has(xmpName))) segment = { start: at, end };
      // JFIF and Exif must come first.
      if (at === insertAt && (marker === app0 || (marker === app1 && (await has(exifName))))) insertAt = end;
      at = end;
    }
  }
  return {
    hasC2pa,
    packet: segment && { start: segment.start + 4 + xmpName.length, end: segment.end },
    editsFor: (packet) => {
      const content = concatBytes(new TextEncoder().encode(xmpName), packet);
      if (content.byteLength > maxContentBytes) return null;
      const length = content.byteLength + 2;
      const inserted = concatBytes(Uint8Array.of(0xff, app1, length >> 8, length & 255), content);
      return [
        { at: segment?.start ?? insertAt, removed: segment === null ? 0 : segment.end - segment.start, inserted },
      ];
    },
  };
};

async function startsWith(
  file: BlobReader,
  { end, name, start }: PacketSpan & { readonly name: string },
): Promise<boolean> {
  return start + name.length <= end && (await file.text(start, name.length)) === name;
}
