import { readExifOrientation } from "./exif-orientation.js";
import type { ByteView, HeaderReader } from "./image-header.js";

/** Max segments and fill bytes before the frame. Cameras write about twenty, large color profiles a few hundred. */
const maxSteps = 1_000;

const restarts = { first: 0xd0, last: 0xd7 };
const temporary = 0x01;
const exifSegment = 0xe1;

/**
 * Reads the segments of a JPEG up to its frame. Decoders recover from a missing marker in different ways. Such a file
 * is refused, because its size could differ between decoders.
 *
 * @see https://www.w3.org/Graphics/JPEG/itu-t81.pdf B.1.1 (checked 2026-11)
 */
export const readJpegHeader: HeaderReader = (view) => {
  let orientation: number | null = null;
  let at = 2;
  for (let steps = 0; steps < maxSteps; steps += 1) {
    if (view.getUint8(at) !== 0xff) return null;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      // A fill byte: any number of them may precede a marker.
      at += 1;
    } else if (marker === temporary || (marker >= restarts.first && marker <= restarts.last)) {
      at += 2;
    } else if (isFrame(marker)) {
      return frameAt(view, { at: at + 4, isProgressive: isProgressive(marker), orientation: orientation ?? 1 });
    } else if (marker < 0xc4 || (marker >= 0xd8 && marker <= 0xda)) {
      // Reserved markers, and markers that start or end an image or its pixels, must not precede the frame.
      return null;
    } else {
      const length = view.getUint16(at + 2);
      if (length < 2) return null;
      const end = at + 2 + length;
      // Only the first Exif segment counts; later ones are not read.
      if (marker === exifSegment) orientation ??= readExifOrientation(view, { start: at + 4, end });
      at = end;
    }
  }
  return null;
};

/** C4, C8 and CC are tables and extensions. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

function isProgressive(marker: number): boolean {
  return marker % 4 === 2;
}

interface Frame {
  readonly at: number;
  readonly isProgressive: boolean;
  readonly orientation: number;
}

function frameAt(view: ByteView, { at, isProgressive, orientation }: Frame) {
  const [height, width] = [view.getUint16(at + 1), view.getUint16(at + 3)];
  const isDecodedWhole = isProgressive;
  // Orientations 5 to 8 are rotated by 90 degrees.
  return orientation >= 5 ? { width: height, height: width, isDecodedWhole } : { width, height, isDecodedWhole };
}
