import type { Generation } from "@safelight/client/contract";
import { useRef } from "react";
import { useLocation } from "wouter";
import { isOverPage } from "../history/details-entry.ts";
import type { GenerationInput } from "../models/generation-input.ts";
import { acceptsField } from "../models/models.ts";
import { useToast } from "../notices/toasts.tsx";
import { client } from "../safelight.ts";
import { newRandomSeed } from "../studio/draft.ts";
import { describeProblem } from "../text/describe-problem.ts";
import { useTray } from "../tray/tray-provider.tsx";

/** Fields that replace those of the original input. */
export type InputChange = Partial<Omit<GenerationInput, "prompt" | "image">>;

/**
 * Submits the input of a generation to the same model again, with some fields changed, and shows the new generation in the
 * Studio. It ignores a second call while the first request is pending.
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

/** A new seed, for models that accept one. The others vary without a seed. */
export function newSeed({ model }: Generation): InputChange {
  return acceptsField(model, "seed") ? { seed: newRandomSeed() } : {};
}
