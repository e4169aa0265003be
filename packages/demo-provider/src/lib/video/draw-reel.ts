import { type Crop, cropToAspectRatio } from "../image/crop-to-aspect-ratio.js";
import { drawImage } from "../image/draw-image.js";
import { createPreviewSource, drawPreview } from "../image/draw-preview.js";
import type { Bitmap } from "../image/finish.js";
import type { ImageSpec } from "../image/image-spec.js";
import { hashText } from "../image/random.js";
import { encodeH264 } from "./encode-h264.js";
import { encodeMp4 } from "./encode-mp4.js";
import { dissolve, inputFrame } from "./input-frame.js";

/** The longer side in pixels. A video without compression has some 90 kB for each frame. */
const side = 320;
const developingFrames = 18;
const frameMs = 100;
/** The finished image stays for a while. */
const lastFrameMs = 1_200;

/**
 * Draws a clip of three seconds, in which the image of a prompt develops; with an input image, the clip begins with that image,
 * blurred, and dissolves. The same specification gives the same bytes.
 */
export function drawReel(image: ImageSpec): Uint8Array<ArrayBuffer> {
  const finished = drawImage({ ...image, size: side });
  const source = createPreviewSource(finished, hashText(`${image.seed} ${image.prompt}`));
  const { inputPlaceholder = null } = image;
  const first = inputPlaceholder === null ? null : inputFrame(inputPlaceholder, side);
  const bitmapAt = (share: number): Bitmap =>
    first === null ? drawPreview(source, share) : dissolve(first, { to: finished, share });
  const frameAt = (share: number): Crop => cropToAspectRatio(bitmapAt(share), image.aspectRatio);
  const shares = Array.from({ length: developingFrames }, (_, index) => (index + 1) / (developingFrames + 1));
  const last = cropToAspectRatio(finished, image.aspectRatio);
  const stream = encodeH264([frameAt(0), ...shares.map(frameAt), last]);
  const times = [...Array.from({ length: developingFrames + 1 }, () => frameMs), lastFrameMs];
  return encodeMp4({ stream, width: last.width, height: last.height, frameMs: times });
}
