import { developPreview } from "./develop-preview.js";
import { drawPicture } from "./draw-picture.js";
import { encodePng } from "./encode-png.js";
import type { Picture } from "./picture.js";

/** What the darkroom is asked for. Plain data, so that it can be sent to a thread. */
export type DrawTask =
  | { readonly kind: "picture"; readonly picture: Picture }
  | { readonly kind: "preview"; readonly picture: Picture; readonly share: number };

/** Draws a task and returns it as a PNG. */
export function draw(task: DrawTask): Uint8Array<ArrayBuffer> {
  const { picture } = task;
  if (task.kind === "picture") return encodePng(drawPicture(picture));
  return encodePng(developPreview(picture, task.share));
}
