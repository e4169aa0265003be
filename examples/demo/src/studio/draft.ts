import type { Generation } from "@safelight/client/contract";
import type { AspectRatio } from "../models/aspect-ratio.ts";
import { type GenerationInput, generationInputOf, inputDefaults } from "../models/generation-input.ts";
import { acceptsField, type InputField, isModelId, type ModelId } from "../models/models.ts";
import { createTabStore } from "../shell/tab-store.ts";

/** The unsubmitted input. Fields that the model does not accept are kept for a model that does. */
export interface Draft {
  /** The selected model, which may no longer be offered. */
  readonly model: ModelId;
  readonly prompt: string;
  readonly steps: number;
  readonly size: number;
  readonly aspectRatio: AspectRatio;
  readonly count: number;
  /** `null`: random. */
  readonly seed: number | null;
  /** Id of the uploaded input image. A draft has an image or a clip. */
  readonly image: string | null;
  /** Id of the uploaded video or audio file. */
  readonly clip: string | null;
  /** Seed for `seed: null`. It changes only after an accepted submit, so that a repeated submit is the same request. */
  readonly randomSeed: number;
}

const emptyDraft: Omit<Draft, "randomSeed"> = {
  model: "demo",
  prompt: "",
  ...inputDefaults,
  seed: null,
  image: null,
  clip: null,
};

/** A random seed. */
export function newRandomSeed(): number {
  return Math.floor(Math.random() * 1_000_000);
}

const store = createTabStore<Draft>("safelight-demo:draft", (stored) =>
  // `stored` was written by this store, or is `null`.
  ({ ...emptyDraft, randomSeed: newRandomSeed(), ...(typeof stored === "object" && stored) }),
);

/** The draft of this tab, kept across pages and reloads. */
export function useDraft(): readonly [Draft, (change: Partial<Draft>) => void] {
  return [store.use((draft) => draft), changeDraft];
}

/** Only the model of the draft, so that typing does not render the component. */
export function useDraftModel(): ModelId {
  return store.use(({ model }) => model);
}

/** Changes fields of this tab's draft. */
export function changeDraft(change: Partial<Draft>): void {
  store.write({ ...store.read(), ...change });
}

/** The input for a model: without defaults, and without fields that the model does not accept. */
export function toGenerationInput(draft: Draft, model: ModelId): GenerationInput {
  const { prompt, steps, size, aspectRatio, count, seed, image, clip, randomSeed } = draft;
  const accepts = (field: InputField) => acceptsField(model, field);
  return {
    prompt: prompt.trim(),
    ...(accepts("steps") && steps !== inputDefaults.steps && { steps }),
    ...(accepts("size") && size !== inputDefaults.size && { size }),
    ...(accepts("aspectRatio") && aspectRatio !== inputDefaults.aspectRatio && { aspectRatio }),
    ...(accepts("count") && count !== inputDefaults.count && { count }),
    ...(accepts("seed") && { seed: seed ?? randomSeed }),
    ...(accepts("image") && image !== null && { image }),
    ...(accepts("clip") && clip !== null && { clip }),
  };
}

/** The draft that reproduces the input of a generation. It has no `model` if this page does not know the model. */
export function toDraft(generation: Generation): Omit<Draft, "randomSeed" | "model"> & { readonly model?: ModelId } {
  const { prompt, steps, size, aspectRatio, count, seed, image, clip } = generationInputOf(generation);
  return {
    ...(isModelId(generation.model) && { model: generation.model }),
    prompt,
    steps: steps ?? inputDefaults.steps,
    size: size ?? inputDefaults.size,
    aspectRatio: aspectRatio ?? inputDefaults.aspectRatio,
    count: count ?? inputDefaults.count,
    seed: seed ?? null,
    image: image ?? null,
    clip: clip ?? null,
  };
}
