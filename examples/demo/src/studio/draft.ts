import { type PictureInput, pictureDefaults } from "../words/picture-input.ts";
import { createTabStore } from "../words/tab-store.ts";

/** What is being written and not submitted yet. */
export interface Draft {
  readonly prompt: string;
  readonly steps: number;
  readonly size: number;
  readonly count: number;
  /** `null`: left to chance. */
  readonly seed: number | null;
  /** What chance says now. Rolled again for each picture, so that sending one again stays the same request. */
  readonly roll: number;
}

const emptyDraft: Omit<Draft, "roll"> = { prompt: "", ...pictureDefaults, seed: null };

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
  return [store.use(), (change) => store.write({ ...store.read(), ...change })];
}

/** The draft as it is sent: what is as always is left out. */
export function toPictureInput({ prompt, steps, size, count, seed, roll }: Draft): PictureInput {
  return {
    prompt: prompt.trim(),
    ...(steps !== pictureDefaults.steps && { steps }),
    ...(size !== pictureDefaults.size && { size }),
    ...(count !== pictureDefaults.count && { count }),
    seed: seed ?? roll,
  };
}

/** The draft that would be submitted as this input was. */
export function toDraft({ prompt, steps, size, count, seed }: PictureInput): Omit<Draft, "roll"> {
  return {
    prompt,
    steps: steps ?? pictureDefaults.steps,
    size: size ?? pictureDefaults.size,
    count: count ?? pictureDefaults.count,
    seed: seed ?? null,
  };
}
