import type { BlobReader } from "../../bytes/blob-reader.js";
import { audioHeader, type ContainerReader, durationMsOf } from "./container-header.js";

const pageBytes = 27;
/** Max length of a page. The last page is within this distance from the end. */
const maxPageBytes = 65_307;
const noPosition = 0xffff_ffff_ffff_ffffn;
/** Opus counts samples at this rate, whatever its input had. */
const opusRate = 48_000;

/** How a codec counts time. */
interface Codec {
  /** Positions of one second. */
  readonly rate: number;
  /** Samples at the start that a player skips. */
  readonly skipped: number;
}

/**
 * Reads the first page of an Ogg with Opus, Vorbis or FLAC, and the position of its last page.
 *
 * @see https://www.rfc-editor.org/rfc/rfc3533 and https://www.rfc-editor.org/rfc/rfc7845 (checked 2026-11)
 */
export const readOggHeader: ContainerReader = async (file) => {
  const [serial, segments] = [
    (await file.view(14, 4)).getUint32(0, true),
    (await file.view(pageBytes - 1, 1)).getUint8(0),
  ];
  const codec = await readCodec(file, pageBytes + segments);
  if (codec === null || codec.rate === 0) return null;
  const last = await readLastPosition(file, serial);
  return audioHeader("audio/ogg", last === null ? null : durationMsOf((last - codec.skipped) / codec.rate));
};

async function readCodec(file: BlobReader, at: number): Promise<Codec | null> {
  const name = await file.text(at, 8);
  if (name === "OpusHead") return { rate: opusRate, skipped: (await file.view(at + 10, 2)).getUint16(0, true) };
  if (name.startsWith("\x01vorbis")) return { rate: (await file.view(at + 12, 4)).getUint32(0, true), skipped: 0 };
  // A header of nine bytes, `fLaC`, the header of a block, and then the block as in a FLAC.
  if (name.startsWith("\x7fFLAC")) return { rate: (await file.view(at + 27, 4)).getUint32(0) >>> 12, skipped: 0 };
  return null;
}

/** The position of the last page of a stream; `null` without one, as in a truncated file. */
async function readLastPosition(file: BlobReader, serial: number): Promise<number | null> {
  const start = Math.max(0, file.size - maxPageBytes);
  const tail = await file.bytes(start, file.size - start);
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  for (let at = tail.byteLength - pageBytes; at >= 0; at -= 1) {
    if (view.getUint32(at) !== 0x4f67_6753 || view.getUint32(at + 14, true) !== serial) continue;
    const position = view.getBigUint64(at + 6, true);
    if (position !== noPosition) return Number(position);
  }
  return null;
}
