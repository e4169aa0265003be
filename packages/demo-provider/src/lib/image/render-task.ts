import { drawRecording } from "../audio/draw-recording.js";
import { drawReel } from "../video/draw-reel.js";
import { cropToAspectRatio } from "./crop-to-aspect-ratio.js";
import { drawImage } from "./draw-image.js";
import { createPreviewSource, drawPreview, type PreviewSource, previewSize } from "./draw-preview.js";
import { encodePng } from "./encode-png.js";
import type { FileKind, ImageSpec } from "./image-spec.js";
import { hashText } from "./random.js";

/** A task of the render worker. It is plain data, so that it can be posted to a thread. */
export type RenderTask =
  | { readonly kind: FileKind; readonly image: ImageSpec }
  | { readonly kind: "preview"; readonly image: ImageSpec; readonly share: number };

/** Renders a task as a PNG; a video as an MP4, and audio as a WAV. */
export type Render = (task: RenderTask) => Uint8Array<ArrayBuffer>;

/** Max images whose preview data is cached. */
const maxCached = 24;

/** Creates a renderer, which caches the data of previews. The result depends only on the task. */
export function createRenderer(): Render {
  const cached = new Map<string, PreviewSource>();
  const sourceOf = (image: ImageSpec): PreviewSource => {
    const key = `${image.inputPlaceholder ?? ""} ${image.seed} ${image.prompt}`;
    const seed = hashText(key);
    const source = cached.get(key) ?? createPreviewSource(drawImage({ ...image, size: previewSize }), seed);
    // Moves the entry to the end, so that the first entry is the least recently used.
    cached.delete(key);
    cached.set(key, source);
    for (const oldest of cached.keys()) {
      if (cached.size <= maxCached) break;
      cached.delete(oldest);
    }
    return source;
  };
  return (task) => {
    const { image } = task;
    if (task.kind === "video") return drawReel(image);
    if (task.kind === "audio") return drawRecording(image);
    const bitmap = "share" in task ? drawPreview(sourceOf(image), task.share) : drawImage(image);
    return encodePng(cropToAspectRatio(bitmap, image.aspectRatio));
  };
}
