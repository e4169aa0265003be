import { type Crop, cropToAspectRatio } from "../../packages/demo-provider/src/lib/image/crop-to-aspect-ratio.js";
import { drawImage } from "../../packages/demo-provider/src/lib/image/draw-image.js";
import { encodePng } from "../../packages/demo-provider/src/lib/image/encode-png.js";
import { encodeH264 } from "../../packages/demo-provider/src/lib/video/encode-h264.js";
import { partsOfMp4 } from "../../packages/demo-provider/src/lib/video/encode-mp4.js";

const mebibyte = 1_048_576;
/** Some 92 kB for each frame, without compression: 200 MiB are a minute and a half. */
const side = 320;
const frameMs = 40;
/** The bar at the lower edge has one of these lengths, from 1 / steps of the width to the whole of it. */
const steps = 40;
const barHeight = 24;
const barColor = [255, 214, 74] as const;

/** A clip that every browser plays. Each byte after its headers is of a frame, and each frame can be sought. */
export interface LongClip {
  readonly byteLength: number;
  readonly durationMs: number;
  /** The bytes, in chunks of at least 1 MiB but the last. */
  chunks(): Generator<Uint8Array>;
}

/** Draws clips of an image with a bar at the lower edge, whose length is the share of the clip before it. */
export function createLongClips(): {
  /** @param mebibytes at least so many MiB. */
  clipOf(mebibytes: number): LongClip;
  /** The image with the whole bar, as a PNG. */
  readonly poster: Uint8Array<ArrayBuffer>;
} {
  const image = cropToAspectRatio(drawImage({ prompt: "a lighthouse at dusk", seed: 1, size: side }), "16:9");
  const last = withBar(image, steps);
  // Each twice: two pictures in a row must differ in their ids, which alternate.
  const drawn = Array.from({ length: steps * 2 }, (_, index) => withBar(image, Math.floor(index / 2) + 1));
  const { frames, ...parameters } = encodeH264([withBar(image, 1), ...drawn.slice(1)]);
  const frameBytes = Math.max(...frames.map(({ length }) => length));
  return {
    poster: encodePng(last),
    clipOf(mebibytes) {
      const count = Math.ceil((mebibytes * mebibyte) / frameBytes);
      const shown = Array.from({ length: count }, (_, index) => {
        const frame = frames[Math.floor((index * steps) / count) * 2 + (index % 2)];
        if (frame === undefined) throw new Error("There is no frame for this share of the clip.");
        return frame;
      });
      const parts = partsOfMp4({
        stream: { ...parameters, frames: shown },
        width: image.width,
        height: image.height,
        frameMs: shown.map(() => frameMs),
      });
      const byteLength = parts.reduce((sum, { length }) => sum + length, 0);
      return { byteLength, durationMs: count * frameMs, chunks: () => chunksOf(parts) };
    },
  };
}

/** The share of the clip before a frame, read from the pixels of the row in the middle of the bar: red, green, blue, alpha. */
export function shareOfBar(row: ArrayLike<number>): number {
  const isBar = (at: number) => barColor.every((value, channel) => Math.abs((row[at * 4 + channel] ?? 0) - value) < 48);
  const width = row.length / 4;
  return Array.from({ length: width }, (_, at) => at).filter(isBar).length / width;
}

/** Distance of that row from the lower edge, in pixels. */
export const barRow = barHeight / 2;

function withBar({ bytes, height, width }: Crop, step: number): Crop {
  const painted = Uint8Array.from(bytes);
  for (let y = height - barHeight; y < height; y += 1) {
    for (let x = 0; x < (width * step) / steps; x += 1) painted.set(barColor, (y * width + x) * 3);
  }
  return { bytes: painted, height, width };
}

function* chunksOf(parts: readonly Uint8Array[]): Generator<Uint8Array> {
  let [held, byteLength]: [Uint8Array[], number] = [[], 0];
  for (const part of parts) {
    held.push(part);
    byteLength += part.length;
    if (byteLength < mebibyte) continue;
    yield Buffer.concat(held);
    [held, byteLength] = [[], 0];
  }
  yield Buffer.concat(held);
}
