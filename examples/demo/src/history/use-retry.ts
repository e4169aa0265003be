import type { Generation } from "@safelight/client/contract";
import { useLocation } from "wouter";
import { useDarkroom } from "../darkroom/darkroom.tsx";
import { useToast } from "../darkroom/toasts.tsx";
import { client } from "../safelight.ts";
import { rollSeed } from "../studio/draft.ts";
import { takesField } from "../words/models.ts";
import { describeProblem } from "../words/problem-of.ts";

/**
 * Puts an input into the tray once more, and goes to watch it. After a failure it is the same input; a picture that
 * came up is followed by another one, with another seed where its model takes one. The model stays.
 */
export function useRetry(): (generation: Generation) => Promise<void> {
  const { generate, setTrayId } = useDarkroom();
  const toast = useToast();
  const [, navigate] = useLocation();
  return async (generation) => {
    try {
      const retried = await client.retry(
        generation.id,
        generation.status === "completed" && takesField(generation.model, "seed")
          ? { input: { seed: rollSeed() } }
          : {},
      );
      if (generate.error !== null) generate.reset();
      setTrayId(retried.generation.id);
      navigate("/");
    } catch (error) {
      toast({ title: "It could not be tried again", detail: describeProblem(error) });
    }
  };
}
