import { type RefObject, useState } from "react";
import { acceptsField } from "../models/models.ts";
import { useOfferedModels, useSelectedModel } from "../models/use-offered-models.ts";
import { useCredits, useGeneration } from "../safelight.ts";
import { useTray } from "../tray/tray-provider.tsx";
import { type Draft, newRandomSeed, toGenerationInput, useDraft } from "./draft.ts";
import { clearUploadProblem, useFileUpload } from "./file-upload.ts";
import { isRetryPrimary } from "./is-retry-primary.ts";
import { excessOf } from "./prompt-field.tsx";
import { useDraftQuote } from "./use-draft-quote.ts";

/** In milliseconds: the hook merges equal inputs into one submission for this long, so the random seed is kept. */
const doubleSubmitWindowMs = 1_000;

/** State and actions of the form. A problem of a submit disappears with the next edit. */
export function useComposer(prompt: RefObject<HTMLTextAreaElement | null>) {
  const [draft, change] = useDraft();
  const { generate, trayId } = useTray();
  const { generation } = useGeneration(trayId);
  const { balance } = useCredits();
  const offered = useOfferedModels();
  const model = useSelectedModel();
  const { quote, isCurrent } = useDraftQuote(offered === null ? null : model, draft);
  const price = isCurrent ? (quote?.credits ?? null) : null;
  const isUploading = useFileUpload().status === "uploading" && acceptsField(model, "image");
  const [refused, setRefused] = useState<"blank" | "uploading" | null>(null);
  const isBlank = draft.prompt.trim() === "";
  const isTooLong = excessOf(draft.prompt) > 0;
  const missingCredits = price !== null && balance !== null ? Math.max(price - balance, 0) : 0;
  const isShort = missingCredits > 0;

  const clearProblem = () => {
    setRefused(null);
    if (generate.error !== null) generate.reset();
  };
  const send = async () => {
    try {
      // Without a quote of these settings, the button shows no price, and the server charges its own.
      const options = price === null ? {} : { expectedCredits: price };
      await generate.generateAsync(toGenerationInput(draft, model), options);
      // Later, since another seed would make a double press a second request.
      setTimeout(() => change({ randomSeed: newRandomSeed() }), doubleSubmitWindowMs);
      // In one column, the tray is above the form and may be out of view.
      window.scrollTo({ top: 0 });
    } catch {
      // `generate.error` has the problem. The seed is kept, so that a retry is the same request.
    }
  };
  return {
    draft,
    offered,
    model,
    /** The price of these settings; `null` while their quote loads. */
    price,
    /** Credits that the balance lacks for the price; 0 if it suffices, or while one of them is unknown. */
    missingCredits,
    isShort,
    isTooLong,
    isSubmitting: generate.isSubmitting,
    /** The submit button is the Studio's primary button. */
    isPrimary: !isRetryPrimary(generation, draft.prompt),
    /** Reason why the last submit was not sent. */
    refused: refused === "blank" ? (isBlank ? refused : null) : isUploading ? refused : null,
    error: generate.error,
    edit: (changed: Partial<Draft>) => {
      clearProblem();
      change(changed);
    },
    submit: () => {
      if (isBlank || isTooLong) prompt.current?.focus();
      if (isBlank || isUploading) clearProblem();
      if (isBlank) return setRefused("blank");
      if (generate.isSubmitting || isShort || isTooLong) return;
      if (isUploading) return setRefused("uploading");
      clearUploadProblem();
      void send();
    },
  };
}

/** State and actions of the form. */
export type ComposerState = ReturnType<typeof useComposer>;
