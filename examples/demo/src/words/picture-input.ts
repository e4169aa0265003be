import type { Generation } from "@safelight/client/contract";

/** What a picture is made of, as it is sent; each model takes some of it. */
export interface PictureInput {
  readonly prompt: string;
  readonly steps?: number;
  /** In pixels, of each side. */
  readonly size?: number;
  readonly count?: number;
  readonly seed?: number;
  /** The id of an uploaded picture to begin from. */
  readonly image?: string;
}

/** What the demo's model takes where nothing is given, and the others for `count`; the server's schemas have the same. */
export const pictureDefaults = { steps: 8, size: 512, count: 1 } as const;

/** The input of a generation. It is what some client sent: nothing is taken for granted. */
export function pictureInputOf({ input }: Generation): PictureInput {
  if (typeof input !== "object" || input === null) return { prompt: "" };
  const { prompt, steps, size, count, seed, image }: { [Field in keyof PictureInput]?: unknown } = input;
  return {
    prompt: typeof prompt === "string" ? prompt : "",
    ...(typeof steps === "number" && { steps }),
    ...(typeof size === "number" && { size }),
    ...(typeof count === "number" && { count }),
    ...(typeof seed === "number" && { seed }),
    ...(typeof image === "string" && { image }),
  };
}

/** The prompt of a generation, for alt texts and captions. */
export function promptOf(generation: Generation): string {
  return pictureInputOf(generation).prompt || "Untitled";
}
