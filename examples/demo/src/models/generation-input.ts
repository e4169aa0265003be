import type { Generation } from "@safelight/client/contract";
import { type AspectRatio, isAspectRatio } from "./aspect-ratio.ts";

/** Input of a generation. Each model accepts some of the fields. */
export interface GenerationInput {
  readonly prompt: string;
  readonly steps?: number;
  /** The longer side in pixels. */
  readonly size?: number;
  readonly aspectRatio?: AspectRatio;
  readonly count?: number;
  readonly seed?: number;
  /** Id of an uploaded input image. */
  readonly image?: string;
  /** Id of an uploaded video or audio file. */
  readonly clip?: string;
}

/** Max size of a clip, in bytes; the server's schemas have the same. */
export const maxClipBytes = 52_428_800;

/** Defaults of the model `demo`, and of `count` in all models; the server's schemas have the same. */
export const inputDefaults = { steps: 8, size: 512, aspectRatio: "1:1", count: 1 } as const;

/** Reads the known fields of a generation's input. Another client may have submitted it, so it is not trusted. */
export function generationInputOf({ input }: Generation): GenerationInput {
  if (typeof input !== "object" || input === null) return { prompt: "" };
  const { prompt, steps, size, aspectRatio, count, seed, image, clip }: { [Field in keyof GenerationInput]?: unknown } =
    input;
  return {
    prompt: typeof prompt === "string" ? prompt : "",
    ...(typeof steps === "number" && { steps }),
    ...(typeof size === "number" && { size }),
    ...(isAspectRatio(aspectRatio) && { aspectRatio }),
    ...(typeof count === "number" && { count }),
    ...(typeof seed === "number" && { seed }),
    ...(typeof image === "string" && { image }),
    ...(typeof clip === "string" && { clip }),
  };
}

/** The prompt of a generation, for alt texts and captions; "Untitled" if it has none. */
export function promptOf(generation: Generation): string {
  return generationInputOf(generation).prompt || "Untitled";
}
