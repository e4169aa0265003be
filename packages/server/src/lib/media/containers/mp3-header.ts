import type { BlobReader } from "../../bytes/blob-reader.js";
import { audioHeader, type ContainerReader, durationMsOf } from "./container-header.js";

/** Kilobits per second of layer III, by their index: of MPEG 1, and of MPEG 2 and 2.5. */
const bitrates = {
  1: [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  2: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
} as const;
/** Samples per second of MPEG 1; MPEG 2 has half, MPEG 2.5 a quarter. */
const rates = [44_100, 48_000, 32_000] as const;
/** Length of an ID3v1 tag, which is at the end of a file. */
const lastTagBytes = 128;
/** Max ID3v2 tags before the first frame. */
const maxTags = 8;
/** Max zeros behind each tag. */
const maxZeroBytes = 65_536;

interface Frame {
  readonly at: number;
  readonly bitrate: number;
  readonly rate: number;
  readonly samples: number;
  readonly byteLength: number;
  /** Distance of the tables of variable bitrates from the start of the frame. */
  readonly tableAt: number;
}

/**
 * Reads the first frame of an MP3, behind its tags. A file may have several tags: a later one updates the earlier (ID3v2.4,
 * section 3.2). Padding of zeros belongs to the tag (section 3.3), but some writers leave it outside of the length. The number of
 * frames is in a table of the first frame, or follows from the constant bitrate.
 *
 * @see https://id3.org/id3v2.4.0-structure (checked 2026-11)
 * @see http://mpgedit.org/mpgedit/mpeg_format/MP3Format.html (checked 2026-11)
 */
export const readMp3Header: ContainerReader = async (file) => {
  const first = await readFrame(file, await endOfTags(file));
  if (first === null) return null;
  const next = first.at + first.byteLength;
  // Eleven set bits occur by chance; two frames in a row hardly do.
  if (next + 4 <= file.size && (await readFrame(file, next)) === null && !(await isTag(file, next))) return null;
  const frames = await readFrameCount(file, first);
  const seconds =
    frames === null
      ? ((file.size - first.at - ((await hasLastTag(file)) ? lastTagBytes : 0)) * 8) / first.bitrate
      : (frames * first.samples) / first.rate;
  return audioHeader("audio/mpeg", durationMsOf(seconds));
};

/** Whether four bytes may begin a frame of layer III. */
export function isMp3Frame(header: number): boolean {
  return frameOf(header) !== null;
}

/** Offset behind the tags at the start, and the zeros behind each. */
async function endOfTags(file: BlobReader): Promise<number> {
  let at = 0;
  for (let tags = 0; tags < maxTags && (await file.text(at, 3)) === "ID3"; tags += 1)
    at = await endOfZeros(file, at + (await tagBytes(file, at)));
  return at;
}

async function endOfZeros(file: BlobReader, start: number): Promise<number> {
  const bytes = await file.bytes(start, Math.min(maxZeroBytes, Math.max(file.size - start, 0)));
  const zeros = bytes.findIndex((byte) => byte !== 0);
  return start + (zeros === -1 ? bytes.byteLength : zeros);
}

/** The length of an ID3v2 tag has four bytes of seven bits. */
async function tagBytes(file: BlobReader, at: number): Promise<number> {
  const view = await file.view(at + 5, 5);
  const length = [1, 2, 3, 4].reduce((sum, byte) => sum * 128 + (view.getUint8(byte) & 127), 0);
  const footer = (view.getUint8(0) & 16) === 0 ? 0 : 10;
  return 10 + length + footer;
}

async function readFrame(file: BlobReader, at: number): Promise<Frame | null> {
  const frame = frameOf((await file.view(at, 4)).getUint32(0));
  return frame && { at, ...frame };
}

function frameOf(header: number): Omit<Frame, "at"> | null {
  const [version, layer] = [(header >>> 19) & 3, (header >>> 17) & 3];
  if (header >>> 21 !== 0x7ff || version === 1 || layer !== 1) return null;
  const isFirst = version === 3;
  const kilobits = bitrates[isFirst ? 1 : 2][(header >>> 12) & 15];
  const usual = rates[(header >>> 10) & 3];
  if (!kilobits || usual === undefined) return null;
  const rate = usual / (isFirst ? 1 : version === 2 ? 2 : 4);
  const samples = isFirst ? 1_152 : 576;
  const bitrate = kilobits * 1_000;
  const padding = (header >>> 9) & 1;
  const isMono = ((header >>> 6) & 3) === 3;
  const tableAt = 4 + (isFirst ? (isMono ? 17 : 32) : isMono ? 9 : 17);
  return { bitrate, rate, samples, byteLength: Math.floor(((samples / 8) * bitrate) / rate) + padding, tableAt };
}

/** From the table of Xing or of VBRI; `null` without one. */
async function readFrameCount(file: BlobReader, { at, tableAt }: Frame): Promise<number | null> {
  const table = at + tableAt;
  if (table + 12 <= file.size && ["Xing", "Info"].includes(await file.text(table, 4))) {
    const view = await file.view(table + 4, 8);
    return (view.getUint32(0) & 1) === 1 ? view.getUint32(4) : null;
  }
  const other = at + 36;
  if (other + 18 > file.size || (await file.text(other, 4)) !== "VBRI") return null;
  return (await file.view(other + 14, 4)).getUint32(0);
}

async function isTag(file: BlobReader, at: number): Promise<boolean> {
  return ["TAG", "APE", "ID3"].includes(await file.text(at, 3));
}

async function hasLastTag(file: BlobReader): Promise<boolean> {
  return file.size > lastTagBytes && (await file.text(file.size - lastTagBytes, 3)) === "TAG";
}
