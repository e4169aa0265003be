import type { ModelInput, ModelName } from "@safelight/client/contract";
import type { App } from "../../server/safelight.ts";

/** A model that the server may offer. `/models` lists the offered ones. */
export type ModelId = ModelName<App>;

/** Input fields in addition to the prompt. */
export type InputField = "steps" | "size" | "aspectRatio" | "count" | "seed" | "image" | "clip";

/** Descriptions of the models. The compiler checks `accepts` against the input schema of each model. */
type ModelDescriptions = {
  readonly [Id in ModelId]: {
    /** The vendor. */
    readonly name: string;
    /** The vendor's model. */
    readonly detail: string;
    readonly accepts: { readonly [Field in Exclude<keyof ModelInput<App, Id>, "prompt">]-?: true };
  };
};

const models: ModelDescriptions = {
  demo: {
    name: "Demo",
    detail: "paints by itself",
    accepts: { steps: true, size: true, aspectRatio: true, count: true, seed: true, image: true },
  },
  reel: {
    name: "Reel",
    detail: "a clip of three seconds",
    accepts: { steps: true, aspectRatio: true, seed: true, image: true, clip: true },
  },
  recording: { name: "Field recording", detail: "the sound of a place", accepts: { steps: true, seed: true } },
  fal: { name: "fal", detail: "FLUX.1 dev", accepts: { count: true, seed: true, image: true } },
  falVideo: { name: "fal", detail: "Kling 1.6 Pro, a clip of five seconds", accepts: {} },
  replicate: { name: "Replicate", detail: "FLUX.1 dev", accepts: { count: true, seed: true, image: true } },
  openai: { name: "OpenAI", detail: "GPT Image 2.6 Flare", accepts: { count: true, image: true } },
  google: { name: "Google", detail: "Gemini 3.1 Flash Image", accepts: { seed: true, image: true } },
  bfl: { name: "Black Forest Labs", detail: "FLUX.2 pro", accepts: { seed: true, image: true } },
  stability: { name: "Stability AI", detail: "Stable Diffusion 3.5", accepts: { seed: true, image: true } },
  cloudflare: { name: "Cloudflare", detail: "Lucid Origin", accepts: { seed: true } },
  comfyui: { name: "ComfyUI", detail: "your workflow", accepts: { seed: true } },
};

/** Whether this page knows a model. */
export function isModelId(id: string): id is ModelId {
  return Object.hasOwn(models, id);
}

/** The vendor of a model; its id if this page does not know the model. */
export function nameModel(id: string): string {
  return isModelId(id) ? models[id].name : id;
}

/** Label of a model in the picker: vendor and the vendor's model. */
export function describeModel(id: ModelId): string {
  return `${models[id].name} · ${models[id].detail}`;
}

/** Whether a model belongs to the demo itself, without a vendor. */
export function isDemoModel(id: ModelId): boolean {
  return id === "demo" || id === "reel" || id === "recording";
}

/** Whether the input of a model has this field. */
export function acceptsField(id: string, field: InputField): boolean {
  return isModelId(id) && Object.hasOwn(models[id].accepts, field);
}
