import type { BlobReader } from "../../bytes/blob-reader.js";
import {
  audioHeader,
  type ContainerHeader,
  type ContainerReader,
  durationMsOf,
  PartLimit,
  sizeOf,
} from "./container-header.js";
import { type IsoBox, readIsoBox } from "./iso-box.js";

/** Start and end of the content of a box. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/** A duration in units of which `scale` make a second. */
interface Timing {
  readonly scale: number;
  readonly duration: number;
}

interface Track {
  readonly type: string;
  readonly width: number;
  readonly height: number;
}

/** All bits of an unknown duration are set. A JavaScript number rounds 64 of them up to 2 ** 64. */
const unknownDurations = [0xffff_ffff, 2 ** 64];

/**
 * Reads the movie box of an MP4, a MOV or an M4A. It is at the start or at the end of the file, and the frames between
 * are skipped.
 *
 * @see ISO/IEC 14496-12, 8.2 to 8.4 (checked 2026-11)
 */
export const readIsoHeader: ContainerReader = async (file) => {
  const parts = new PartLimit();
  const brand = await file.text(8, 4);
  const movie = await findBox(file, { parts, within: { start: 0, end: file.size }, name: "moov" });
  if (movie === null) return null;
  const tracks: Track[] = [];
  let timing: Timing | null = null;
  let fragmentsDuration: number | null = null;
  for await (const box of boxesIn(file, { parts, within: movie })) {
    if (box.name === "mvhd") timing = await readTiming(file, box);
    if (box.name === "mvex") fragmentsDuration = await readFragmentsDuration(file, { parts, within: box });
    if (box.name === "trak") tracks.push(await readTrack(file, { parts, within: box }));
  }
  if (timing === null) return null;
  const duration = fragmentsDuration ?? timing.duration;
  return headerOf({ brand, tracks, durationMs: durationMsOf(duration / timing.scale) });
};

function headerOf({
  brand,
  durationMs,
  tracks,
}: {
  readonly brand: string;
  readonly durationMs: number | null;
  readonly tracks: readonly Track[];
}): ContainerHeader | null {
  const hasAudio = tracks.some(({ type }) => type === "soun");
  const [largest] = tracks
    .filter(({ type }) => type === "vide")
    .sort((left, right) => right.width * right.height - left.width * left.height);
  if (largest !== undefined) {
    const contentType = brand === "qt  " ? "video/quicktime" : "video/mp4";
    return { kind: "video", contentType, ...sizeOf(largest.width, largest.height), durationMs, hasAudio };
  }
  return hasAudio ? audioHeader("audio/mp4", durationMs) : null;
}

/** Versions 0 and 1 differ in the length of their times. */
async function readTiming(file: BlobReader, { start, end }: Span): Promise<Timing | null> {
  const isLong = (await file.view(start, 1)).getUint8(0) === 1;
  const length = isLong ? 32 : 20;
  if (start + length > end) return null;
  const view = await file.view(start, length);
  const scale = view.getUint32(isLong ? 20 : 12);
  const duration = isLong ? Number(view.getBigUint64(24)) : view.getUint32(16);
  return scale === 0 ? null : { scale, duration: unknownDurations.includes(duration) ? 0 : duration };
}

/** The movie's header states no duration if the frames are in fragments; this box may. */
async function readFragmentsDuration(file: BlobReader, options: Walk): Promise<number | null> {
  const box = await findBox(file, { ...options, name: "mehd" });
  if (box === null) return null;
  const isLong = (await file.view(box.start, 1)).getUint8(0) === 1;
  const view = await file.view(box.start + 4, isLong ? 8 : 4);
  return isLong ? Number(view.getBigUint64(0)) : view.getUint32(0);
}

async function readTrack(file: BlobReader, { parts, within }: Walk): Promise<Track> {
  let [type, width, height] = ["", 0, 0];
  for await (const box of boxesIn(file, { parts, within })) {
    if (box.name === "tkhd") [width, height] = await readTrackSize(file, box);
    if (box.name !== "mdia") continue;
    const handler = await findBox(file, { parts, within: box, name: "hdlr" });
    if (handler !== null) type = await file.text(handler.start + 8, 4);
  }
  return { type, width, height };
}

/** The size is a fixed-point number, after a matrix that may rotate it by a quarter turn. */
async function readTrackSize(
  file: BlobReader,
  { start, end }: Span,
): Promise<readonly [width: number, height: number]> {
  const isLong = (await file.view(start, 1)).getUint8(0) === 1;
  const matrix = isLong ? 52 : 40;
  if (start + matrix + 44 > end) return [0, 0];
  const view = await file.view(start + matrix, 44);
  const isTurned = view.getInt32(0) === 0 && view.getInt32(4) !== 0;
  const size = [view.getUint32(36) / 65_536, view.getUint32(40) / 65_536] as const;
  return isTurned ? [size[1], size[0]] : size;
}

interface Walk {
  readonly parts: PartLimit;
  readonly within: Span;
}

async function findBox(file: BlobReader, { name, ...walk }: Walk & { readonly name: string }): Promise<IsoBox | null> {
  for await (const box of boxesIn(file, walk)) if (box.name === name) return box;
  return null;
}

/** The boxes of a span, in order. A box that exceeds the span ends with it, as in a file that is still written. */
async function* boxesIn(file: BlobReader, { parts, within }: Walk): AsyncGenerator<IsoBox> {
  for (let at = within.start; at + 8 <= within.end; ) {
    parts.visit();
    const box = await readIsoBox(file, { at, end: within.end });
    if (box.end < box.start) throw new RangeError("A box is shorter than its header.");
    const end = Math.min(box.end, within.end);
    yield { ...box, end };
    at = end;
  }
}
