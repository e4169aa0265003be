import type { ModelInput, ModelName } from "@safelight/client/contract";
import type { App } from "../../server/safelight.ts";

/** A model that the server may offer; which of them it does, `/models` says. */
export type ModelId = ModelName<App>;

/** What can be said about a picture beside its prompt. */
export type InputField = "steps" | "size" | "aspectRatio" | "count" | "seed" | "image";

/** What the page knows of a model: the compiler sees to it that `takes` is what its schema takes. */
type ModelWords = {
  readonly [Id in ModelId]: {
    /** Who makes the pictures. */
    readonly name: string;
    /** By what. */
    readonly detail: string;
    readonly takes: { readonly [Field in Exclude<keyof ModelInput<App, Id>, "prompt">]-?: true };
  };
};

const models: ModelWords = {
  demo: {
    name: "Demo",
    detail: "paints by itself",
    takes: { steps: true, size: true, aspectRatio: true, count: true, seed: true, image: true },
  },
  fal: { name: "fal", detail: "FLUX.1 dev", takes: { count: true, seed: true, image: true } },
  replicate: { name: "Replicate", detail: "FLUX.1 dev", takes: { count: true, seed: true, image: true } },
  openai: { name: "OpenAI", detail: "GPT Image 2.6 Flare", takes: { count: true, image: true } },
  google: { name: "Google", detail: "Gemini 3.1 Flash Image", takes: { seed: true, image: true } },
  bfl: { name: "Black Forest Labs", detail: "FLUX.2 pro", takes: { seed: true, image: true } },
  stability: { name: "Stability AI", detail: "Stable Diffusion 3.5", takes: { seed: true, image: true } },
  cloudflare: { name: "Cloudflare", detail: "Lucid Origin", takes: { seed: true } },
  comfyui: { name: "ComfyUI", detail: "your workflow", takes: { seed: true } },
};

/** Tells whether a word names a model that this page knows. */
export function isModelId(word: string): word is ModelId {
  return Object.hasOwn(models, word);
}

/** Who makes the pictures of a model; its id where this page does not know it. */
export function nameModel(id: string): string {
  return isModelId(id) ? models[id].name : id;
}

/** A model in a list to choose from. */
export function describeModel(id: ModelId): string {
  return `${models[id].name} · ${models[id].detail}`;
}

/** Whether a model can be told this about a picture. */
export function takesField(id: string, field: InputField): boolean {
  return isModelId(id) && Object.hasOwn(models[id].takes, field);
}
