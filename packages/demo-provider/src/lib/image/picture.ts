import type { AspectRatio } from "./crop-to-aspect-ratio.js";

/** A picture to be drawn. Equal pictures are equal to the byte. */
export interface Picture {
  readonly prompt: string;
  readonly seed: number;
  /** The longer side in pixels. */
  readonly size: number;
  /** Width to height. @default "1:1" */
  readonly aspectRatio?: AspectRatio;
  /** The placeholder of an input image, which gives the picture its colors. @default the words choose them */
  readonly inputPlaceholder?: string | null;
}
