import { box, element, join, uint32, zeros } from "./media-bytes.js";

/** Properties of a tiny file. */
export interface TinyMedia {
  /** In milliseconds. @default 2_000 */
  readonly durationMs?: number;
  /** In pixels. @default 64 */
  readonly width?: number;
  /** In pixels. @default 36 */
  readonly height?: number;
  /** @default false for videos */
  readonly hasAudio?: boolean;
  /** Content of the frames: different numbers make different bytes. @default 0 */
  readonly shade?: number;
}

/** Options of an MP4. */
export interface TinyMp4 extends TinyMedia {
  /** `qt  ` for a MOV. @default "isom" */
  readonly brand?: string;
  /** @default true */
  readonly hasVideo?: boolean;
  /** Whether the track is turned by a quarter. @default false */
  readonly isTurned?: boolean;
  /** Whether the headers come after the frames, as most encoders write them. @default false */
  readonly isMovieLast?: boolean;
  /** @default 24 */
  readonly frameBytes?: number;
}

/** The headers of an MP4, a MOV or an M4A with frames that no decoder can read. */
export function tinyMp4(options: TinyMp4 = {}): Uint8Array<ArrayBuffer> {
  const { brand = "isom", durationMs = 2_000, frameBytes = 24, hasVideo = true, isMovieLast = false } = options;
  const { hasAudio = false, shade = 0 } = options;
  const header = box("mvhd", zeros(12), uint32(1_000), uint32(durationMs), zeros(80));
  const tracks = [
    ...(hasAudio ? [track("soun", { ...options, width: 0, height: 0 })] : []),
    ...(hasVideo ? [track("vide", options)] : []),
  ];
  const type = box("ftyp", brand, uint32(512), brand);
  const movie = box("moov", header, ...tracks);
  const frames = box("mdat", new Uint8Array(frameBytes).fill(shade));
  return isMovieLast ? join(type, frames, movie) : join(type, movie, frames);
}

function track(type: string, { width = 64, height = 36, isTurned = false }: TinyMp4): Uint8Array<ArrayBuffer> {
  const one = uint32(0x1_0000);
  const corner = isTurned ? [zeros(4), one, zeros(4), uint32(0xffff_0000), zeros(4)] : [one, zeros(12), one];
  const matrix = join(...corner, zeros(12), uint32(0x4000_0000));
  const header = box("tkhd", uint32(3), zeros(20), zeros(16), matrix, uint32(width * 65_536), uint32(height * 65_536));
  return box("trak", header, box("mdia", box("hdlr", zeros(8), type, zeros(13))));
}

/** The headers of a WebM, and a cluster that no decoder can read. */
export function tinyWebm(options: TinyMedia & { readonly hasVideo?: boolean } = {}): Uint8Array<ArrayBuffer> {
  const { durationMs = 2_000, width = 64, height = 36, hasAudio = false, hasVideo = true, shade = 0 } = options;
  const duration = new Uint8Array(8);
  new DataView(duration.buffer).setFloat64(0, durationMs);
  const info = element("1549a966", element("2ad7b1", uint32(1_000_000)), element("4489", duration));
  const size = element("e0", element("b0", uint32(width)), element("ba", uint32(height)));
  const tracks = [
    ...(hasVideo ? [element("ae", element("83", [1]), size)] : []),
    ...(hasAudio ? [element("ae", element("83", [2]))] : []),
  ];
  const cluster = element("1f43b675", [shade, 0, 0, 0]);
  const segment = element("18538067", info, element("1654ae6b", ...tracks), cluster);
  return join(element("1a45dfa3", element("4282", "webm")), segment);
}

/** A WAV of silence: 8,000 samples of one byte each second. */
export function tinyWav({ durationMs = 2_000, shade = 128 }: TinyMedia = {}): Uint8Array<ArrayBuffer> {
  const samples = new Uint8Array(durationMs * 8).fill(shade);
  const format = join([1, 0, 1, 0], uint32(8_000, true), uint32(8_000, true), [1, 0, 8, 0]);
  const chunks = join("WAVE", "fmt ", uint32(16, true), format, "data", uint32(samples.length, true), samples);
  return join("RIFF", uint32(chunks.length, true), chunks);
}

/** An MP3 of silence: frames of MPEG 1 with 128 kbit/s, of 1,152 samples at 44,100 per second. */
export function tinyMp3({ durationMs = 2_000 }: TinyMedia = {}): Uint8Array<ArrayBuffer> {
  const frames = Math.round((durationMs * 44.1) / 1_152);
  const frame = join([0xff, 0xfb, 0x90, 0xc0], zeros(413));
  return join(...Array.from({ length: frames }, () => frame));
}

/** The first and the last page of an Ogg with Opus. */
export function tinyOgg({ durationMs = 2_000 }: TinyMedia = {}): Uint8Array<ArrayBuffer> {
  const skipped = 312;
  const head = join("OpusHead", [1, 1], [skipped & 255, skipped >> 8], uint32(48_000, true), zeros(3));
  return join(page({ position: 0, body: head }), page({ position: durationMs * 48 + skipped, body: zeros(40) }));
}

function page({ body, position }: { readonly body: Uint8Array; readonly position: number }): Uint8Array<ArrayBuffer> {
  return join("OggS", [0, 0], uint32(position, true), zeros(4), uint32(7), zeros(8), [1, body.length], body);
}
