import type { BlobReader } from "../../bytes/blob-reader.js";
import { concatBytes } from "../../bytes/concat-bytes.js";
import { ascii, uint32 } from "./iso-boxes.js";
import { type MetadataReader, maxSteps, type PacketSpan } from "./metadata-format.js";

const headerBytes = 10;
/** Flags of a tag that change no frame: only the one of an experimental tag. */
const plainFlags = 0x20;
const owner = "XMP\0";
/** A length has four bytes of seven bits. */
const maxTagBytes = 2 ** 28 - 1;
/** Max bytes of a `GEOB` frame that are read: its encoding in one byte, and the media type of a C2PA manifest. */
const maxTypeBytes = 40;

/** A frame of the tag, such as its title. */
interface Frame extends PacketSpan {
  readonly name: string;
  /** Offset of its header. */
  readonly at: number;
  /** Whether its content is compressed, encrypted or in a group. */
  readonly isCoded: boolean;
}

/**
 * The packet is a frame `PRIV` of the ID3v2 tag before the sound, which is created if there is none. A tag of version 2.2, one
 * with an extended header, and two tags count as damaged: their frames have another form.
 *
 * @see https://id3.org/id3v2.3.0, https://id3.org/id3v2.4.0-structure and https://exiftool.org/TagNames/ID3.html (checked 2026-11)
 */
export const readMp3Metadata: MetadataReader = async (file) => {
  if ((await file.text(0, 3)) !== "ID3") {
    const editsFor = (packet: Uint8Array) => {
      const inserted = frameOf(packet, 3);
      const tag = concatBytes(ascii("ID3"), Uint8Array.of(3, 0, 0), sevenBits(inserted.byteLength), inserted);
      return [{ at: 0, removed: 0, inserted: tag }];
    };
    return { hasC2pa: false, packet: null, editsFor };
  }
  const header = await file.view(0, headerBytes);
  const [version, flags, length] = [header.getUint8(3), header.getUint8(5), fromSevenBits(header.getUint32(6))];
  if (![3, 4].includes(version) || (flags & ~plainFlags) !== 0 || length === null) return null;
  const end = headerBytes + length;
  const frames = end > file.size ? null : await framesIn(file, { end, version });
  if (frames === null || (end + 3 <= file.size && (await file.text(end, 3)) === "ID3")) return null;
  const hasC2pa = await containsC2pa(file, frames);
  const xmp = await findPacket(file, frames);
  // A coded frame may be another packet: leave the file as it is.
  const mayHaveCodedPacket = frames.some(({ isCoded, name }) => name === "PRIV" && isCoded);
  const insertAt = frames.at(-1)?.end ?? headerBytes;
  return {
    hasC2pa,
    packet: xmp && { start: xmp.start + owner.length, end: xmp.end },
    editsFor: (packet) => {
      const inserted = frameOf(packet, version);
      const removed = xmp === null ? 0 : xmp.end - xmp.at;
      const newLength = length + inserted.byteLength - removed;
      if (mayHaveCodedPacket || newLength > maxTagBytes) return null;
      const size = { at: 6, removed: 4, inserted: sevenBits(newLength) };
      return [size, { at: xmp?.at ?? insertAt, removed, inserted }];
    },
  };
};

/** The frames before the zeros at the end of a tag; `null` for a form that is not known. */
async function framesIn(
  file: BlobReader,
  { end, version }: { readonly end: number; readonly version: number },
): Promise<readonly Frame[] | null> {
  const frames: Frame[] = [];
  let at = headerBytes;
  while (at + headerBytes <= end && (await file.view(at, 1)).getUint8(0) !== 0) {
    const name = await file.text(at, 4);
    const view = await file.view(at + 4, 6);
    const length = version === 3 ? view.getUint32(0) : fromSevenBits(view.getUint32(0));
    const start = at + headerBytes;
    if (frames.length === maxSteps || !/^[A-Z0-9]{4}$/.test(name) || length === null || start + length > end)
      return null;
    frames.push({ name, at, start, end: start + length, isCoded: view.getUint8(5) !== 0 });
    at = start + length;
  }
  return frames;
}

async function findPacket(file: BlobReader, frames: readonly Frame[]): Promise<Frame | null> {
  for (const frame of frames) {
    if (frame.name !== "PRIV" || frame.isCoded || frame.start + owner.length > frame.end) continue;
    if ((await file.text(frame.start, owner.length)) === owner) return frame;
  }
  return null;
}

async function containsC2pa(file: BlobReader, frames: readonly Frame[]): Promise<boolean> {
  for (const { end, name, start } of frames) {
    if (name !== "GEOB") continue;
    const type = await file.text(start, Math.min(maxTypeBytes, end - start));
    if (/^.application\/(x-)?c2pa/s.test(type)) return true;
  }
  return false;
}

function frameOf(packet: Uint8Array, version: number): Uint8Array<ArrayBuffer> {
  const content = concatBytes(ascii(owner), packet);
  const length = version === 3 ? uint32(content.byteLength) : sevenBits(content.byteLength);
  return concatBytes(ascii("PRIV"), length, new Uint8Array(2), content);
}

/** `null` if a byte has its highest bit: some writers do not use seven bits. */
function fromSevenBits(value: number): number | null {
  if ((value & 0x8080_8080) !== 0) return null;
  return (value & 0x7f) | ((value >>> 1) & 0x3f80) | ((value >>> 2) & 0x1f_c000) | ((value >>> 3) & 0xfe0_0000);
}

/** @param value at most `maxTagBytes` */
function sevenBits(value: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.of((value >>> 21) & 127, (value >>> 14) & 127, (value >>> 7) & 127, value & 127);
}
