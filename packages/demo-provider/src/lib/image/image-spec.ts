import type { AspectRatio } from "./crop-to-aspect-ratio.js";

/** Kind of the files that a job makes. */
export type FileKind = "image" | "video" | "audio";

/** Specification of an image. Equal specifications give equal bytes. */
export interface ImageSpec {
  readonly prompt: string;
  readonly seed: number;
  /** The longer side in pixels. */
  readonly size: number;
  /** Width to height. @default "1:1" */
  readonly aspectRatio?: AspectRatio;
  /** The placeholder of an input image, whose colors the image gets. @default the prompt selects the colors */
  readonly inputPlaceholder?: string | null;
}
