import type { Generation } from "@safelight/client/contract";
import type { AspectRatio } from "../models/aspect-ratio.ts";
import { type GenerationInput, generationInputOf, inputDefaults } from "../models/generation-input.ts";
import { type InputField, isModelId, type ModelId, takesField } from "../models/models.ts";
import { createTabStore } from "../shell/tab-store.ts";

/** What is being written and not submitted yet. What the model does not take stays, for one that does. */
export interface Draft {
  /** As it was picked: whether it is offered is another question. */
  readonly model: ModelId;
  readonly prompt: string;
  readonly steps: number;
  readonly size: number;
  readonly aspectRatio: AspectRatio;
  readonly count: number;
  /** `null`: left to chance. */
  readonly seed: number | null;
  /** The id of an uploaded picture to begin from. */
  readonly image: string | null;
  /** What chance says now. Rolled again for each picture, so that sending one again stays the same request. */
  readonly roll: number;
}

const emptyDraft: Omit<Draft, "roll"> = { model: "demo", prompt: "", ...inputDefaults, seed: null, image: null };

/** A seed by chance. */
export function randomSeed(): number {
  return Math.floor(Math.random() * 1_000_000);
}

const store = createTabStore<Draft>("safelight-demo:draft", (stored) =>
  // It is what `write` stored, or nothing.
  ({ ...emptyDraft, roll: randomSeed(), ...(typeof stored === "object" && stored) }),
);

/** The draft of this tab: walking to another page and back loses nothing. */
export function useDraft(): readonly [Draft, (change: Partial<Draft>) => void] {
  return [store.use((draft) => draft), changeDraft];
}

/** The model of the draft alone: what is typed renders nothing anew. */
export function useDraftModel(): ModelId {
  return store.use(({ model }) => model);
}

/** Changes the draft of this tab, whatever page is shown. */
export function changeDraft(change: Partial<Draft>): void {
  store.write({ ...store.read(), ...change });
}

/** The draft as it is sent to a model: without defaults, and without fields that the model does not take. */
export function toGenerationInput(draft: Draft, model: ModelId): GenerationInput {
  const { prompt, steps, size, aspectRatio, count, seed, image, roll } = draft;
  const takes = (field: InputField) => takesField(model, field);
  return {
    prompt: prompt.trim(),
    ...(takes("steps") && steps !== inputDefaults.steps && { steps }),
    ...(takes("size") && size !== inputDefaults.size && { size }),
    ...(takes("aspectRatio") && aspectRatio !== inputDefaults.aspectRatio && { aspectRatio }),
    ...(takes("count") && count !== inputDefaults.count && { count }),
    ...(takes("seed") && { seed: seed ?? roll }),
    ...(takes("image") && image !== null && { image }),
  };
}

/** The draft that would be submitted as this generation was. A model that this page does not know is left as it is. */
export function toDraft(generation: Generation): Omit<Draft, "roll" | "model"> & { readonly model?: ModelId } {
  const { prompt, steps, size, aspectRatio, count, seed, image } = generationInputOf(generation);
  return {
    ...(isModelId(generation.model) && { model: generation.model }),
    prompt,
    steps: steps ?? inputDefaults.steps,
    size: size ?? inputDefaults.size,
    aspectRatio: aspectRatio ?? inputDefaults.aspectRatio,
    count: count ?? inputDefaults.count,
    seed: seed ?? null,
    image: image ?? null,
  };
}
