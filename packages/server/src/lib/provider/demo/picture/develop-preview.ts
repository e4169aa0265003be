import { drawPicture } from "./draw-picture.js";
import type { Bitmap } from "./finish.js";
import type { Picture } from "./picture.js";

const previewSize = 160;

export function developPreview(picture: Picture, _share: number): Bitmap {
  return drawPicture({ ...picture, size: previewSize });
}
