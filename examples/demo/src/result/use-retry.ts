import type { Generation } from "@safelight/client/contract";
import { useRef } from "react";
import { useLocation } from "wouter";
import { isOverPage } from "../history/details-entry.ts";
import { acceptsField } from "../models/models.ts";
import { useToast } from "../notices/toasts.tsx";
import { client } from "../safelight.ts";
import { newRandomSeed } from "../studio/draft.ts";
import { describeProblem } from "../text/describe-problem.ts";
import { useTray } from "../tray/tray-provider.tsx";
import { type InputChange, sendRetry } from "./retry-requests.ts";

/** Options of one retry. */
export interface RetryOptions {
  readonly change?: InputChange;
  /** The price on the button: another one is refused. @default any price */
  readonly credits?: number | undefined;
}

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
    try {
      const { generation: next } = await sendRetry({
        id,
        change,
        createId: client.createId,
        send: (request) => client.retry(id, { ...request, expectedCredits: credits }),
      });
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
