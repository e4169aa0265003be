import type { Generation } from "@safelight/client/contract";
import type { AspectRatio } from "../words/aspect-ratio.ts";
import { isModelId, type ModelId, type PictureField, takesField } from "../words/models.ts";
import { type PictureInput, pictureDefaults, pictureInputOf } from "../words/picture-input.ts";
import { createTabStore } from "../words/tab-store.ts";

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

const emptyDraft: Omit<Draft, "roll"> = { model: "demo", prompt: "", ...pictureDefaults, seed: null, image: null };

/** A seed by chance. */
export function rollSeed(): number {
  return Math.floor(Math.random() * 1_000_000);
}

const store = createTabStore<Draft>("safelight-demo:draft", (stored) =>
  // It is what `write` stored, or nothing.
  ({ ...emptyDraft, roll: rollSeed(), ...(typeof stored === "object" && stored) }),
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
export function toPictureInput(draft: Draft, model: ModelId): PictureInput {
  const { prompt, steps, size, aspectRatio, count, seed, image, roll } = draft;
  const takes = (field: PictureField) => takesField(model, field);
  return {
    prompt: prompt.trim(),
    ...(takes("steps") && steps !== pictureDefaults.steps && { steps }),
    ...(takes("size") && size !== pictureDefaults.size && { size }),
    ...(takes("aspectRatio") && aspectRatio !== pictureDefaults.aspectRatio && { aspectRatio }),
    ...(takes("count") && count !== pictureDefaults.count && { count }),
    ...(takes("seed") && { seed: seed ?? roll }),
    ...(takes("image") && image !== null && { image }),
  };
}

/** The draft that would be submitted as this generation was. A model that this page does not know is left as it is. */
export function toDraft(generation: Generation): Omit<Draft, "roll" | "model"> & { readonly model?: ModelId } {
  const { prompt, steps, size, aspectRatio, count, seed, image } = pictureInputOf(generation);
  return {
    ...(isModelId(generation.model) && { model: generation.model }),
    prompt,
    steps: steps ?? pictureDefaults.steps,
    size: size ?? pictureDefaults.size,
    aspectRatio: aspectRatio ?? pictureDefaults.aspectRatio,
    count: count ?? pictureDefaults.count,
    seed: seed ?? null,
    image: image ?? null,
  };
}
