import { readAvifHeader } from "./avif-header.js";
import { readGifHeader } from "./gif-header.js";
import type { ByteView, HeaderReader, ImageHeader } from "./image-header.js";
import { readJpegHeader } from "./jpeg-header.js";
import { readPngHeader } from "./png-header.js";
import { readWebpHeader } from "./webp-header.js";

/** Type and size of an image, according to its bytes. */
export interface MediaMeasure {
  readonly contentType: "image/png" | "image/jpeg" | "image/webp" | "image/gif" | "image/avif";
  /** In pixels, as a browser shows it: a JPEG's orientation is applied. */
  readonly width: number;
  readonly height: number;
}

const readers: Readonly<Record<MediaMeasure["contentType"], HeaderReader>> = {
  "image/png": readPngHeader,
  "image/jpeg": readJpegHeader,
  "image/webp": readWebpHeader,
  "image/gif": readGifHeader,
  "image/avif": readAvifHeader,
};

/**
 * Detects type and size of an image from its bytes, whatever type a provider declared.
 *
 * @returns `null` for other types and damaged images. SVG and HTML never pass: opened from the host's origin, they can
 * run scripts.
 */
export function measureMedia(bytes: Uint8Array): MediaMeasure | null {
  const contentType = sniffContentType(bytes);
  return contentType === null ? null : measureView(contentType, viewOf(bytes));
}

/** Like `measureMedia`, for an image of a known type whose bytes are only partly in memory. */
export function measureView(contentType: MediaMeasure["contentType"], view: ByteView): MediaMeasure | null {
  const header = readHeaderIn(contentType, view);
  return header === null ? null : { contentType, width: header.width, height: header.height };
}

/** Like `measureMedia`, with the data that a decoder needs before it starts. */
export function readHeader(bytes: Uint8Array): ImageHeader | null {
  const contentType = sniffContentType(bytes);
  return contentType === null ? null : readHeaderIn(contentType, viewOf(bytes));
}

/** Ends where the file ends: a truncated file must not continue with unrelated bytes of the same buffer. */
function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function readHeaderIn(contentType: MediaMeasure["contentType"], view: ByteView): ImageHeader | null {
  try {
    const header = readers[contentType](view);
    return header === null || header.width < 1 || header.height < 1 ? null : header;
  } catch (error) {
    // The view throws it when the bytes end too early.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** Detects the type of an image from its first bytes; `null` for other types. */
export function sniffContentType(bytes: Uint8Array): MediaMeasure["contentType"] | null {
  const text = (start: number, end: number): string => String.fromCharCode(...bytes.subarray(start, end));
  if (text(0, 8) === "\x89PNG\r\n\x1a\n") return "image/png";
  if (text(0, 3) === "\xff\xd8\xff") return "image/jpeg";
  if (text(0, 4) === "RIFF" && text(8, 12) === "WEBP") return "image/webp";
  if (text(0, 6) === "GIF87a" || text(0, 6) === "GIF89a") return "image/gif";
  // Images, and sequences of them.
  if (text(4, 8) === "ftyp" && ["avif", "avis"].includes(text(8, 12))) return "image/avif";
  return null;
}
