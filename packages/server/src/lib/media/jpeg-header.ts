import { readExifOrientation } from "./exif-orientation.js";
import type { ByteView, HeaderReader } from "./picture-header.js";

/** Segments and fill bytes before the frame. Cameras write some twenty, and large profiles some hundred. */
const mostSteps = 1_000;

const restarts = { first: 0xd0, last: 0xd7 };
const temporary = 0x01;
const exifSegment = 0xe1;

/**
 * Walks the segments of a JPEG to its frame. Where a marker is missing, decoders look for the next one each in its own way:
 * such a file is refused, as it could be one size here and another there.
 *
 * @see https://www.w3.org/Graphics/JPEG/itu-t81.pdf B.1.1 (checked 2026-11)
 */
export const readJpegHeader: HeaderReader = (view) => {
  let orientation: number | null = null;
  let at = 2;
  for (let steps = 0; steps < mostSteps; steps += 1) {
    if (view.getUint8(at) !== 0xff) return null;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      // A fill byte: any number of them may stand before a marker.
      at += 1;
    } else if (marker === temporary || (marker >= restarts.first && marker <= restarts.last)) {
      at += 2;
    } else if (isFrame(marker)) {
      return frameAt(view, { at: at + 4, isProgressive: isProgressive(marker), orientation: orientation ?? 1 });
    } else if (marker < 0xc4 || (marker >= 0xd8 && marker <= 0xda)) {
      // What is reserved, and what starts or ends a picture or its pixels, has no place before the frame.
      return null;
    } else {
      const length = view.getUint16(at + 2);
      if (length < 2) return null;
      const end = at + 2 + length;
      // Of several Exif segments the first counts, and no other is read.
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
  const isHeldWhole = isProgressive;
  // Orientations 5 to 8 are the ones that lie on their side.
  return orientation >= 5 ? { width: height, height: width, isHeldWhole } : { width, height, isHeldWhole };
}
