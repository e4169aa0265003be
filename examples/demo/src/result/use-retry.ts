import { SafelightError } from "@safelight/client";
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

/** Options of one retry. */
export interface RetryOptions {
  readonly change?: InputChange;
  /** The price on the button: another one is refused. @default any price */
  readonly credits?: number | undefined;
}

/** A retry without a response. */
interface Unanswered {
  readonly idempotencyKey: string;
  readonly input: InputChange;
}

/** By the old generation and the button: its next press repeats the request, with the seed of the first. */
const unanswered = new Map<string, Unanswered>();

/**
 * Submits the input of a generation to the same model again, with some fields changed, and shows the new generation in the
 * Studio. It ignores a second call while the first request is pending. After a lost response, an equal call repeats the
 * request, which takes effect once.
 */
export function useRetry(): (generation: Generation, options?: RetryOptions) => Promise<void> {
  const { generate, setTrayId } = useTray();
  const toast = useToast();
  const [, navigate] = useLocation();
  const isSending = useRef(false);
  return async ({ id }, { change = {}, credits } = {}) => {
    if (isSending.current) return;
    isSending.current = true;
    const { seed: _, ...button } = change;
    const name = JSON.stringify([id, button]);
    const request = unanswered.get(name) ?? { idempotencyKey: client.createId(), input: change };
    unanswered.set(name, request);
    try {
      const { generation: next } = await client.retry(id, { ...request, expectedCredits: credits });
      unanswered.delete(name);
      if (generate.error !== null) generate.reset();
      setTrayId(next.id);
      navigate("/", { replace: isOverPage() });
      window.scrollTo({ top: 0 });
    } catch (error) {
      if (isRefusal(error)) unanswered.delete(name);
      toast({ title: "It could not be started", detail: describeProblem(error) });
    } finally {
      isSending.current = false;
    }
  };
}

/** Whether the server refused the request. After any other error, it may have accepted it, also behind a gateway's 408. */
function isRefusal(error: unknown): boolean {
  if (!SafelightError.isInstance(error)) return false;
  const { status } = error;
  return status !== null && status >= 400 && status < 500 && status !== 408 && status !== 499;
}

/** A new seed, for models that accept one. The others vary without a seed. */
export function newSeed({ model }: Generation): InputChange {
  return acceptsField(model, "seed") ? { seed: newRandomSeed() } : {};
}
