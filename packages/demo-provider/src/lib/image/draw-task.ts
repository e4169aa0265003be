import { cropToAspectRatio } from "./crop-to-aspect-ratio.js";
import { createNegative, developPreview, type Negative, previewSize } from "./develop-preview.js";
import { drawPicture } from "./draw-picture.js";
import { encodePng } from "./encode-png.js";
import type { Picture } from "./picture.js";
import { hashText } from "./random.js";

/** What the darkroom is asked for. Plain data, so that it can be sent to a thread. */
export type DrawTask =
  | { readonly kind: "picture"; readonly picture: Picture }
  | { readonly kind: "preview"; readonly picture: Picture; readonly share: number };

/** Draws a task and returns it as a PNG. */
export type Draw = (task: DrawTask) => Uint8Array<ArrayBuffer>;

/** Of how many pictures the previews are prepared at once. */
const maxKept = 24;

/** Makes what draws. It remembers what previews have in common; what it draws follows from the task alone. */
export function createDraw(): Draw {
  const kept = new Map<string, Negative>();
  const negativeOf = (picture: Picture): Negative => {
    const key = `${picture.inputPlaceholder ?? ""} ${picture.seed} ${picture.prompt}`;
    const seed = hashText(key);
    const negative = kept.get(key) ?? createNegative(drawPicture({ ...picture, size: previewSize }), seed);
    // The one that was used last goes to the end; the one at the start has waited longest.
    kept.delete(key);
    kept.set(key, negative);
    for (const oldest of kept.keys()) {
      if (kept.size <= maxKept) break;
      kept.delete(oldest);
    }
    return negative;
  };
  return (task) => {
    const { picture } = task;
    const bitmap = task.kind === "picture" ? drawPicture(picture) : developPreview(negativeOf(picture), task.share);
    return encodePng(cropToAspectRatio(bitmap, picture.aspectRatio));
  };
}
