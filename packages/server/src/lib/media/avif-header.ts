import { type ByteView, type HeaderReader, nameAt } from "./image-header.js";

/** Max boxes in one box. Encoders write about ten properties. */
const maxBoxes = 64;

interface Box {
  readonly name: string;
  /** Start and end of its content. */
  readonly start: number;
  readonly end: number;
}

/** Boxes on the way from a track to the sizes of its frames. */
const trackPath = ["mdia", "minf", "stbl", "stsd"];

/**
 * Reads the sizes of all parts of an AVIF, and returns the largest: smaller parts are tiles and embedded thumbnails. The frames of a
 * sequence, which browsers play, count too. A sequence needs no still image.
 *
 * @see https://aomediacodec.github.io/av1-avif/ (checked 2026-11)
 */
export const readAvifHeader: HeaderReader = (view) => {
  const file: Box = { name: "file", start: 0, end: view.byteLength };
  const parts = boxesIn(view, file);
  // The first brand decides whether a browser shows the image or plays the frames.
  const isSequence = nameAt(view, 8) === "avis";
  const hasImage = parts?.some(({ name }) => name === "meta");
  const boxes = isSequence && !hasImage ? [] : propertiesOf(view, onlyBox(parts, "meta"));
  if (boxes === null) return null;
  const frame = isSequence ? largestFrameIn(view, onlyBox(parts, "moov")) : { width: 0, height: 0 };
  if (frame === null) return null;
  let [width, height, isRotated] = [frame.width, frame.height, false];
  for (const { name, start, end } of boxes) {
    if (name === "ispe") {
      if (end - start !== 12) return null;
      const [across, down] = [view.getUint32(start + 4), view.getUint32(start + 8)];
      if (across * down > width * height) [width, height] = [across, down];
    } else if (name === "irot") {
      if (end - start !== 1) return null;
      // In quarter turns.
      isRotated = view.getUint8(start) % 2 === 1;
    }
  }
  const isDecodedWhole = true;
  return isRotated ? { width: height, height: width, isDecodedWhole } : { width, height, isDecodedWhole };
};

/** The properties of a still image. */
function propertiesOf(view: ByteView, meta: Box | null): readonly Box[] | null {
  // A version and flags precede the content of this box.
  const properties = meta && onlyBox(boxesIn(view, { ...meta, start: meta.start + 4 }), "iprp");
  const container = properties && onlyBox(boxesIn(view, properties), "ipco");
  return container && boxesIn(view, container);
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** `null` without a track of AV1 frames. */
function largestFrameIn(view: ByteView, movie: Box | null): Size | null {
  const tracks = (movie && boxesIn(view, movie))?.filter(({ name }) => name === "trak") ?? [];
  let largest: Size | null = null;
  for (const track of tracks) {
    const table = trackPath.reduce<Box | null>((box, name) => box && onlyBox(boxesIn(view, box), name), track);
    // A version, flags and the number of descriptions precede them.
    const descriptions = table && boxesIn(view, { ...table, start: table.start + 8 });
    for (const { end, name, start } of descriptions ?? []) {
      if (name !== "av01" || end - start < 28) continue;
      const size = { width: view.getUint16(start + 24), height: view.getUint16(start + 26) };
      if (largest === null || size.width * size.height > largest.width * largest.height) largest = size;
    }
  }
  return largest;
}

/** `null` also if there are two, because decoders differ in which one they use. */
function onlyBox(boxes: readonly Box[] | null, name: string): Box | null {
  const [box = null, second] = boxes?.filter((each) => each.name === name) ?? [];
  return second === undefined ? box : null;
}

/** `null` if a box exceeds its parent, or there are too many. */
function boxesIn(view: ByteView, parent: Box): readonly Box[] | null {
  const boxes: Box[] = [];
  for (let at = parent.start; at < parent.end; ) {
    const box = boxAt(view, { at, limit: parent.end });
    if (box === null || boxes.length === maxBoxes) return null;
    boxes.push(box);
    at = box.end;
  }
  return boxes;
}

/** As `readIsoBox`, for a view in memory. `null` if the box exceeds its parent. */
function boxAt(view: ByteView, { at, limit }: { readonly at: number; readonly limit: number }): Box | null {
  if (at + 8 > limit) return null;
  const [declared, name] = [view.getUint32(at), nameAt(view, at + 4)];
  // 0 means the rest of the parent. 1 means a length of eight bytes after the name.
  const isLong = declared === 1;
  const length = isLong ? view.getUint32(at + 8) * 2 ** 32 + view.getUint32(at + 12) : declared || limit - at;
  const start = at + (isLong ? 16 : 8);
  const end = at + length;
  return end < start || end > limit ? null : { name, start, end };
}
