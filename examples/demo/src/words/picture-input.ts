import type { Generation, ModelInput } from "@safelight/client/contract";
import type { App } from "../../server/safelight.ts";

/** What the demo's model takes, as it is sent. */
export type PictureInput = ModelInput<App, "demo">;

/** What the model takes where nothing is given; the server's schema has the same. */
export const pictureDefaults = { steps: 8, size: 512, count: 1 } as const;

/** The input of a generation. It is what some client sent: nothing is taken for granted. */
export function pictureInputOf({ input }: Generation): PictureInput {
  if (typeof input !== "object" || input === null || !("prompt" in input)) return { prompt: "" };
  const { prompt, steps, size, count, seed } = input;
  return {
    prompt: typeof prompt === "string" ? prompt : "",
    ...(typeof steps === "number" && { steps }),
    ...(typeof size === "number" && { size }),
    ...(typeof count === "number" && { count }),
    ...(typeof seed === "number" && { seed }),
  };
}

/** The prompt of a generation, for alt texts and captions. */
export function promptOf(generation: Generation): string {
  return pictureInputOf(generation).prompt || "Untitled";
}
