import { imageSize } from "image-size";

/** What the bytes of a picture say about themselves. */
export interface MediaMeasure {
  readonly contentType: "image/png" | "image/jpeg" | "image/webp" | "image/gif" | "image/avif";
  /** In pixels, as a browser shows it: a JPEG's orientation is applied. */
  readonly width: number;
  readonly height: number;
}

/**
 * Finds type and size of a picture in its bytes, whatever a provider called it.
 *
 * @returns `null` when the bytes are none of the allowed types, or are damaged. SVG and HTML never pass: they can run
 * script when they are opened from the host's origin.
 */
export function measureMedia(bytes: Uint8Array): MediaMeasure | null {
  const contentType = sniffContentType(bytes);
  if (contentType === null) return null;
  const size = sizeOf(bytes);
  if (size === null || size.width < 1 || size.height < 1) return null;
  return { contentType, ...size };
}

/**
 * Finds the type of a picture by its first bytes; `null` for what is none of the allowed types. It is decided here and not
 * by image-size, which would try its other formats on a signature that it does not know, among them patterns over the whole
 * text of a would-be SVG.
 */
export function sniffContentType(bytes: Uint8Array): MediaMeasure["contentType"] | null {
  const text = (start: number, end: number): string => String.fromCharCode(...bytes.subarray(start, end));
  if (text(0, 8) === "\x89PNG\r\n\x1a\n") return "image/png";
  if (text(0, 3) === "\xff\xd8\xff") return "image/jpeg";
  if (text(0, 4) === "RIFF" && text(8, 12) === "WEBP") return "image/webp";
  if (text(0, 6) === "GIF87a" || text(0, 6) === "GIF89a") return "image/gif";
  if (text(4, 8) === "ftyp" && text(8, 12) === "avif") return "image/avif";
  return null;
}

function sizeOf(bytes: Uint8Array): { width: number; height: number } | null {
  try {
    // image-size reads through the underlying buffer, where a cut file would go on with a stranger's bytes: a copy ends
    // where the file ends.
    const alone = bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes);
    const { width, height, orientation = 1 } = imageSize(alone);
    // Orientations 5 to 8 are the ones that lie on their side.
    return orientation >= 5 ? { width: height, height: width } : { width, height };
  } catch {
    // image-size throws on damaged files; there is nothing else to learn from them.
    return null;
  }
}
