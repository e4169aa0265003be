import type { BlobReader } from "../../bytes/blob-reader.js";
import { audioHeader, type ContainerReader, durationMsOf, PartLimit, sizeOf } from "./container-header.js";

/** Id of the element with all frames, with its length marker. */
export const segmentId = 0x1853_8067;

/** Ids of elements, with their length marker. */
const ids = {
  header: 0x1a45_dfa3,
  docType: 0x4282,
  segment: segmentId,
  info: 0x1549_a966,
  timestampScale: 0x2a_d7b1,
  duration: 0x4489,
  tracks: 0x1654_ae6b,
  trackEntry: 0xae,
  trackType: 0x83,
  video: 0xe0,
  pixelWidth: 0xb0,
  pixelHeight: 0xba,
  cluster: 0x1f43_b675,
} as const;

const [videoTrack, audioTrack] = [1, 2];
/** Nanoseconds of a time unit, unless the file states another number. */
const defaultScale = 1_000_000;
/** Max bytes of a document type: `webm` is the only one that is accepted. */
const maxTypeBytes = 16;

/** One element: its id, and start and end of its content. */
interface Element {
  readonly id: number;
  readonly start: number;
  readonly end: number;
}

type Walk = { readonly parts: PartLimit; readonly within: { readonly start: number; readonly end: number } };

/**
 * Reads `Info` and `Tracks` of a WebM. They precede the first cluster of frames, where the search ends.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8794 and https://www.rfc-editor.org/rfc/rfc9559 (checked 2026-11)
 */
export const readWebmHeader: ContainerReader = async (file) => {
  const parts = new PartLimit();
  const found = { scale: defaultScale, duration: 0, width: 0, height: 0, hasVideo: false, hasAudio: false };
  for await (const top of elementsIn(file, { parts, within: { start: 0, end: file.size } })) {
    if (top.id === ids.header && (await readDocType(file, { parts, within: top })) !== "webm") return null;
    if (top.id !== ids.segment) continue;
    for await (const element of elementsIn(file, { parts, within: top })) {
      if (element.id === ids.cluster) break;
      if (element.id === ids.info) Object.assign(found, await readInfo(file, { parts, within: element }));
      if (element.id === ids.tracks) Object.assign(found, await readTracks(file, { parts, within: element }));
    }
    break;
  }
  const { duration, hasAudio, hasVideo, height, scale, width } = found;
  const durationMs = durationMsOf((duration * scale) / 1e9);
  if (hasVideo) return { kind: "video", contentType: "video/webm", ...sizeOf(width, height), durationMs, hasAudio };
  return hasAudio ? audioHeader("audio/webm", durationMs) : null;
};

async function readDocType(file: BlobReader, walk: Walk): Promise<string | null> {
  for await (const { id, start, end } of elementsIn(file, walk)) {
    if (id !== ids.docType) continue;
    return end - start > maxTypeBytes ? null : (await file.text(start, end - start)).replace(/\0+$/, "");
  }
  return null;
}

async function readInfo(file: BlobReader, walk: Walk): Promise<{ readonly scale: number; readonly duration: number }> {
  let [scale, duration] = [defaultScale, 0];
  for await (const element of elementsIn(file, walk)) {
    if (element.id === ids.timestampScale) scale = await readUint(file, element);
    if (element.id === ids.duration) duration = await readFloat(file, element);
  }
  return { scale, duration };
}

/** One track. A file may have several with frames: players show the largest, as one of a MOV or an MP4. */
interface Track {
  readonly type: number;
  readonly width: number;
  readonly height: number;
}

async function readTracks(file: BlobReader, { parts, within }: Walk) {
  const tracks: Track[] = [];
  for await (const entry of elementsIn(file, { parts, within })) {
    if (entry.id === ids.trackEntry) tracks.push(await readTrack(file, { parts, within: entry }));
  }
  const [largest] = tracks
    .filter(({ type }) => type === videoTrack)
    .sort((left, right) => right.width * right.height - left.width * left.height);
  return {
    width: largest?.width ?? 0,
    height: largest?.height ?? 0,
    hasVideo: largest !== undefined,
    hasAudio: tracks.some(({ type }) => type === audioTrack),
  };
}

async function readTrack(file: BlobReader, { parts, within }: Walk): Promise<Track> {
  let [type, width, height] = [0, 0, 0];
  for await (const element of elementsIn(file, { parts, within })) {
    if (element.id === ids.trackType) type = await readUint(file, element);
    if (element.id !== ids.video) continue;
    for await (const part of elementsIn(file, { parts, within: element })) {
      if (part.id === ids.pixelWidth) width = await readUint(file, part);
      if (part.id === ids.pixelHeight) height = await readUint(file, part);
    }
  }
  return { type, width, height };
}

/** Up to six bytes, which a number can hold. */
async function readUint(file: BlobReader, { start, end }: Element): Promise<number> {
  if (end - start > 6) throw new RangeError("An integer is too long.");
  return (await file.bytes(start, end - start)).reduce((value, byte) => value * 256 + byte, 0);
}

async function readFloat(file: BlobReader, { start, end }: Element): Promise<number> {
  if (end - start === 4) return (await file.view(start, 4)).getFloat32(0);
  return end - start === 8 ? (await file.view(start, 8)).getFloat64(0) : 0;
}

/** The elements of a span, in order. One of unknown length extends to the end of the span. */
async function* elementsIn(file: BlobReader, { parts, within }: Walk): AsyncGenerator<Element> {
  for (let at = within.start; at < within.end; ) {
    parts.visit();
    const id = await readVarint(file, at);
    const length = await readVarint(file, at + id.byteLength);
    const start = at + id.byteLength + length.byteLength;
    const end = length.isUnknown ? within.end : Math.min(start + length.value, within.end);
    if (start > within.end) throw new RangeError("An element exceeds its parent.");
    yield { id: id.marked, start, end };
    at = end;
  }
}

/**
 * A number whose length is the position of its first set bit. It is unknown if all other bits are set, as the length of a
 * recording.
 */
export async function readVarint(file: BlobReader, at: number) {
  const first = (await file.view(at, 1)).getUint8(0);
  const byteLength = Math.clz32(first) - 23;
  if (byteLength > 8) throw new RangeError("An invalid number.");
  const bytes = await file.bytes(at, byteLength);
  const marked = bytes.reduce((value, byte) => value * 256 + byte, 0);
  const mask = 2 ** (7 * byteLength);
  return { byteLength, marked, value: marked - mask, isUnknown: marked - mask >= mask - 1 };
}
