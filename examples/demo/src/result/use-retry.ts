import type { Generation } from "@safelight/client/contract";
import { useRef } from "react";
import { useLocation } from "wouter";
import { isOverPage } from "../history/details-entry.ts";
import type { GenerationInput } from "../models/generation-input.ts";
import { takesField } from "../models/models.ts";
import { useToast } from "../notices/toasts.tsx";
import { client } from "../safelight.ts";
import { randomSeed } from "../studio/draft.ts";
import { describeProblem } from "../text/describe-problem.ts";
import { useTray } from "../tray/tray-provider.tsx";

/** Fields that replace those of the old input. */
export type InputChange = Partial<Omit<GenerationInput, "prompt" | "image">>;

/**
 * Submits an old input once more, with some fields changed, and shows it in the Studio. The model stays. A second press
 * while the first one is on its way does nothing.
 */
export function useRetry(): (generation: Generation, change?: InputChange) => Promise<void> {
  const { generate, setTrayId } = useTray();
  const toast = useToast();
  const [, navigate] = useLocation();
  const isSending = useRef(false);
  return async (generation, change = {}) => {
    if (isSending.current) return;
    isSending.current = true;
    try {
      const { generation: next } = await client.retry(generation.id, { input: { ...change } });
      if (generate.error !== null) generate.reset();
      setTrayId(next.id);
      navigate("/", { replace: isOverPage() });
      window.scrollTo({ top: 0 });
    } catch (error) {
      toast({ title: "It could not be started", detail: describeProblem(error) });
    } finally {
      isSending.current = false;
    }
  };
}

/** Another seed, for models that take one: the others vary by themselves. */
export function newSeed({ model }: Generation): InputChange {
  return takesField(model, "seed") ? { seed: randomSeed() } : {};
}
