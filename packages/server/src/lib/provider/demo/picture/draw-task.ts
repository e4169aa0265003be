import { developPreview, previewSize } from "./develop-preview.js";
import { drawPicture } from "./draw-picture.js";
import { encodePng } from "./encode-png.js";
import type { Bitmap } from "./finish.js";
import type { Picture } from "./picture.js";
import { hashText } from "./random.js";

/** What the darkroom is asked for. Plain data, so that it can be sent to a thread. */
export type DrawTask =
  | { readonly kind: "picture"; readonly picture: Picture }
  | { readonly kind: "preview"; readonly picture: Picture; readonly share: number };

/** Draws a task and returns it as a PNG. */
export type Draw = (task: DrawTask) => Uint8Array<ArrayBuffer>;

/** How many small pictures are kept, so that the next preview of each costs little. */
const maxKept = 24;

/** Makes what draws. It remembers small pictures; what it draws follows from the task alone. */
export function createDraw(): Draw {
  const kept = new Map<string, Bitmap>();
  const smallOf = (picture: Picture): Bitmap => {
    const key = `${picture.seed} ${picture.prompt}`;
    const small = kept.get(key) ?? drawPicture({ ...picture, size: previewSize });
    // The one that was used last goes to the end; the one at the start has waited longest.
    kept.delete(key);
    kept.set(key, small);
    for (const oldest of kept.keys()) {
      if (kept.size <= maxKept) break;
      kept.delete(oldest);
    }
    return small;
  };
  return (task) => {
    const { picture } = task;
    if (task.kind === "picture") return encodePng(drawPicture(picture));
    return encodePng(developPreview(smallOf(picture), task.share, hashText(picture.prompt) ^ picture.seed));
  };
}
