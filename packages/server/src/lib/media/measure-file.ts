import type { MediaKind } from "@safelight/client/contract";
import { BlobReader } from "../bytes/blob-reader.js";
import { fileSignatureBytes } from "../bytes/file-signature.js";
import type { ContainerHeader, ContainerReader } from "./containers/container-header.js";
import { readFlacHeader } from "./containers/flac-header.js";
import { readIsoHeader } from "./containers/iso-header.js";
import { isMp3Frame, readMp3Header } from "./containers/mp3-header.js";
import { readOggHeader } from "./containers/ogg-header.js";
import { readWavHeader } from "./containers/wav-header.js";
import { readWebmHeader } from "./containers/webm-header.js";
import { measureBlob } from "./measure-blob.js";
import { type MediaMeasure, sniffContentType } from "./measure-media.js";

/** Kind, type and size of a file, according to its bytes. */
export interface FileMeasure {
  readonly kind: MediaKind;
  readonly contentType: MediaMeasure["contentType"] | ContainerHeader["contentType"];
  /** In pixels; `null` for audio, and for a video that does not state it. */
  readonly width: number | null;
  readonly height: number | null;
  /** `null` for images, and for a file that does not state it. */
  readonly durationMs: number | null;
  /** Whether it has sound. */
  readonly hasAudio: boolean;
}

/** Max duration that is stored: 24 days, which fits 32 bits. A header that states more is wrong. */
export const maxDurationMs = 2_147_483_647;
/** Max pixels of one side that codecs allow. */
const maxSide = 65_535;

/**
 * Detects kind, type and size of a file from its bytes, whatever type a provider declared. It reads the headers only, at
 * most 16 MiB of them, and not the frames. A size or a duration that is not plausible is `null`.
 *
 * @returns `null` for other types and damaged files. SVG and HTML never pass: opened from the host's origin, they can
 * run scripts.
 */
export async function measureFile(file: Blob): Promise<FileMeasure | null> {
  const stated = await measureAsStated(file);
  if (stated === null) return null;
  const { durationMs, height, width } = stated;
  const isPlausible = Math.max(width ?? 0, height ?? 0) <= maxSide;
  return {
    ...stated,
    ...(isPlausible ? {} : { width: null, height: null }),
    durationMs: durationMs !== null && durationMs > maxDurationMs ? null : durationMs,
  };
}

/** As `measureFile`, but with the size and the duration as stated, so that the limits of uploads refuse those that are not plausible. */
export async function measureAsStated(file: Blob): Promise<FileMeasure | null> {
  const image = await measureBlob(file);
  if (image !== null) return { kind: "image", ...image, durationMs: null, hasAudio: false };
  const read = readerOf(new DataView(await file.slice(0, fileSignatureBytes).arrayBuffer()));
  try {
    return (await read?.(new BlobReader(file))) ?? null;
  } catch (error) {
    // The readers throw a RangeError for a truncated or hostile file.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/**
 * The kind of a file by its first `fileSignatureBytes`; `null` for other types. An MP4 or a WebM counts as a video: only
 * `measureFile` knows whether it has frames.
 */
export function kindOfStart(start: Uint8Array): MediaKind | null {
  if (sniffContentType(start) !== null) return "image";
  const read = readerOf(new DataView(start.buffer, start.byteOffset, start.byteLength));
  if (read === null) return null;
  return read === readIsoHeader || read === readWebmHeader ? "video" : "audio";
}

function readerOf(start: DataView): ContainerReader | null {
  if (start.byteLength < fileSignatureBytes) return null;
  const [first, second, third] = [start.getUint32(0), start.getUint32(4), start.getUint32(8)];
  if (second === names.ftyp) return readIsoHeader;
  if (first === names.ebml) return readWebmHeader;
  if (first === names.riff && third === names.wave) return readWavHeader;
  if (first === names.oggs) return readOggHeader;
  if (first === names.flac) return readFlacHeader;
  return first >>> 8 === names.id3 || isMp3Frame(first) ? readMp3Header : null;
}

const names = {
  ftyp: 0x6674_7970,
  ebml: 0x1a45_dfa3,
  riff: 0x5249_4646,
  wave: 0x5741_5645,
  oggs: 0x4f67_6753,
  flac: 0x664c_6143,
  id3: 0x49_4433,
} as const;
