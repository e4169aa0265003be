import type { ModelId } from "../models/models.ts";
import { useQuote } from "../safelight.ts";
import { type Draft, toGenerationInput } from "./draft.ts";

/** Replaces the fields of a draft that no price depends on, so that typing requests no quote. */
const unpriced = { prompt: "A lamp", seed: 0, image: null, clip: null } as const;

/**
 * The quote of the draft's settings.
 *
 * @param model `null` while the offered models are unknown: no request is sent.
 */
export function useDraftQuote(model: ModelId | null, draft: Draft) {
  const id = model ?? "demo";
  return useQuote(id, model === null ? null : toGenerationInput({ ...draft, ...unpriced }, id));
}
