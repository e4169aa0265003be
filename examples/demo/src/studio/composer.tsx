import { type FormEvent, type KeyboardEvent, useRef, useState } from "react";
import { Link } from "wouter";
import { TopUpButton } from "../credits/top-up-button.tsx";
import type { GenerationInput } from "../models/generation-input.ts";
import { takesField } from "../models/models.ts";
import { priceOf } from "../models/price.ts";
import { useCredits } from "../safelight.ts";
import { useConnectionLoss } from "../shell/use-connection-loss.ts";
import { countCredits } from "../text/describe-outcome.ts";
import { describeShortage, describeSubmitProblem } from "../text/describe-problem.ts";
import { useTray } from "../tray/tray-provider.tsx";
import "./image-field.css";
import { useOfferedModels, useSelectedModel } from "../models/use-offered-models.ts";
import { type Draft, randomSeed, toGenerationInput, useDraft } from "./draft.ts";
import { ImageField } from "./image-field.tsx";
import { clearUploadProblem, useImageUpload } from "./image-upload.ts";
import { ModelPicker } from "./model-picker.tsx";
import { OptionFields } from "./option-fields.tsx";
import { excessOf, PromptField, tooLongProblem } from "./prompt-field.tsx";
import { ShapeFields } from "./shape-fields.tsx";
import { TestWords } from "./test-words.tsx";

/** For this long the hook joins equal inputs to one submission; the roll stays until then. */
const doubleSubmitWindowMs = 1_000;

/** The form of a prompt, with its price. */
export function Composer() {
  const [draft, change] = useDraft();
  const { generate } = useTray();
  const { balance } = useCredits();
  const offered = useOfferedModels();
  const model = useSelectedModel();
  const price = offered === null ? null : priceOf(model, draft.count);
  const takesImage = takesField(model, "image");
  const isUploading = useImageUpload().status === "uploading" && takesImage;
  const prompt = useRef<HTMLTextAreaElement>(null);
  const [isBlank, setBlank] = useState(false);
  const [isHasty, setHasty] = useState(false);
  const isConnected = useConnectionLoss() === null;
  const isShort = price !== null && balance !== null && balance < price;
  const isTooLong = excessOf(draft.prompt) > 0;

  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    if (draft.prompt.trim() === "") {
      clearProblem();
      setBlank(true);
      prompt.current?.focus();
      return;
    }
    if (isTooLong) prompt.current?.focus();
    if (generate.isSubmitting || isShort || isTooLong) return;
    if (isUploading) {
      clearProblem();
      setHasty(true);
      return;
    }
    clearUploadProblem();
    void send(toGenerationInput(draft, model));
  };
  const send = async (input: GenerationInput) => {
    try {
      await generate.generateAsync(input, price === null ? {} : { expectedCredits: price });
      // An impatient user makes no second picture: another seed would be another request.
      setTimeout(() => change({ roll: randomSeed() }), doubleSubmitWindowMs);
      // On a phone the tray is above, out of sight.
      window.scrollTo({ top: 0 });
    } catch {
      // Shown below from the hook's own error. The roll stays, so that the next try is the same request.
    }
  };
  const edit = (changed: Partial<Draft>) => {
    clearProblem();
    change(changed);
  };
  /** A problem of the last submit is not shown for the next one. */
  const clearProblem = () => {
    setBlank(false);
    setHasty(false);
    if (generate.error !== null) generate.reset();
  };
  const submitByKey = (event: KeyboardEvent) => {
    if (event.key === "Enter" && (event.metaKey || event.ctrlKey) && !event.repeat) submit();
  };
  return (
    <form className="composer" onSubmit={submit} onKeyDown={submitByKey}>
      <PromptField
        ref={prompt}
        prompt={draft.prompt}
        isInvalid={isBlank && draft.prompt.trim() === ""}
        onChange={(words) => edit({ prompt: words })}
      />
      {(takesImage || (offered !== null && offered.length > 1)) && (
        <div className="composer-source">
          {offered !== null && offered.length > 1 && (
            <ModelPicker offered={offered} picked={model} onPick={(picked) => edit({ model: picked })} />
          )}
          {takesImage && <ImageField image={draft.image} />}
        </div>
      )}
      <ShapeFields model={model} draft={draft} onChange={edit} />
      <div className="composer-end">
        <button
          type="submit"
          className="button button-lamp"
          aria-disabled={generate.isSubmitting || isShort || isTooLong}
        >
          {generate.isSubmitting ? "Sending…" : "Develop"}
          {price !== null && <span className="price">{countCredits(price)}</span>}
        </button>
        <kbd className="composer-keys">
          <span>{isApple() ? "⌘" : "Ctrl"}</span>
          <span>Enter</span>
        </kbd>
      </div>
      <div id="composer-state" className="composer-state" role="alert">
        {isShort ? (
          <>
            {describeShortage(price, balance)} <Link href="/credits">See where they went</Link> <TopUpButton />
          </>
        ) : (
          (isTooLong && tooLongProblem) ||
          (isBlank && draft.prompt.trim() === "" && "Write what you would like to see first.") ||
          (isHasty && isUploading && "Your picture is still on its way. Wait for it, or stop it.") ||
          (generate.error !== null && describeSubmitProblem(generate.error, isConnected))
        )}
      </div>
      <OptionFields model={model} draft={draft} onChange={edit} />
      {model === "demo" && (
        <TestWords onPick={(word) => edit({ prompt: `${draft.prompt.trimEnd()} ${word}`.trimStart() })} />
      )}
    </form>
  );
}

function isApple(): boolean {
  return /mac|iphone|ipad/i.test(navigator.userAgent);
}
