import type { Generation } from "@safelight/client/contract";
import { type AspectRatio, isAspectRatio } from "./aspect-ratio.ts";

/** The input of a generation, as it is sent; each model takes some of it. */
export interface GenerationInput {
  readonly prompt: string;
  readonly steps?: number;
  /** The longer side in pixels. */
  readonly size?: number;
  readonly aspectRatio?: AspectRatio;
  readonly count?: number;
  readonly seed?: number;
  /** The id of an uploaded image to begin from. */
  readonly image?: string;
}

/** The defaults of the demo's model, and of `count` in the others; the server's schemas have the same. */
export const inputDefaults = { steps: 8, size: 512, aspectRatio: "1:1", count: 1 } as const;

/** The input of a generation. Any client may have sent it: nothing is taken for granted. */
export function generationInputOf({ input }: Generation): GenerationInput {
  if (typeof input !== "object" || input === null) return { prompt: "" };
  const { prompt, steps, size, aspectRatio, count, seed, image }: { [Field in keyof GenerationInput]?: unknown } =
    input;
  return {
    prompt: typeof prompt === "string" ? prompt : "",
    ...(typeof steps === "number" && { steps }),
    ...(typeof size === "number" && { size }),
    ...(isAspectRatio(aspectRatio) && { aspectRatio }),
    ...(typeof count === "number" && { count }),
    ...(typeof seed === "number" && { seed }),
    ...(typeof image === "string" && { image }),
  };
}

/** The prompt of a generation, for alt texts and captions. */
export function promptOf(generation: Generation): string {
  return generationInputOf(generation).prompt || "Untitled";
}
