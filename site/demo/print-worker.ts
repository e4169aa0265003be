import { drawImage } from "../../packages/demo-provider/src/lib/image/draw-image.ts";
import {
  createPreviewSource,
  drawPreview,
  type PreviewSource,
} from "../../packages/demo-provider/src/lib/image/draw-preview.ts";
import type { PrintRequest, PrintResponse } from "./print-messages.ts";

// Paints with the code of the demo provider, outside of the page's thread.
const size = 320;
const sources = new Map<string, PreviewSource>();

function sourceOf({ prompt, seed }: PrintRequest): PreviewSource {
  const key = `${seed} ${prompt}`;
  const source = sources.get(key) ?? createPreviewSource(drawImage({ prompt, seed, size }), seed);
  sources.set(key, source);
  return source;
}

addEventListener("message", ({ data }: MessageEvent<PrintRequest>) => {
  const { bytes } = drawPreview(sourceOf(data), data.share);
  const pixels = new Uint8ClampedArray(size * size * 4).fill(255);
  for (let at = 0; at < size * size; at += 1) pixels.set(bytes.subarray(at * 3, at * 3 + 3), at * 4);
  const response: PrintResponse = { id: data.id, size, pixels };
  postMessage(response, { transfer: [pixels.buffer] });
});
