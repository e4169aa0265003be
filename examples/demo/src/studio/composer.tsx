import { type FormEvent, type KeyboardEvent, useRef, useState } from "react";
import { Link } from "wouter";
import { TopUpButton } from "../credits/top-up-button.tsx";
import { useDarkroom } from "../darkroom/darkroom.tsx";
import { useCredits } from "../safelight.ts";
import { useConnectionLoss } from "../shell/use-connection-loss.ts";
import { countCredits } from "../words/ending-of.ts";
import { takesField } from "../words/models.ts";
import type { PictureInput } from "../words/picture-input.ts";
import { priceOf } from "../words/price.ts";
import { describeShortage, describeSubmitProblem } from "../words/problem-of.ts";
import "./source.css";
import { type Draft, rollSeed, toPictureInput, useDraft } from "./draft.ts";
import { ModelPicker } from "./model-picker.tsx";
import { PictureField } from "./picture-field.tsx";
import { PictureOptions } from "./picture-options.tsx";
import { PictureShape } from "./picture-shape.tsx";
import { forgetUploadProblem, usePictureUpload } from "./picture-upload.ts";
import { excessOf, PromptField, tooLongProblem } from "./prompt-field.tsx";
import { PromptWords } from "./prompt-words.tsx";
import { useOffered, usePickedModel } from "./use-offered.ts";

/** For this long the hook joins equal inputs to one submission; the roll stays until then. */
const doubleSubmitWindowMs = 1_000;

/** The form of a prompt, with its price. */
export function Composer() {
  const [draft, change] = useDraft();
  const { generate } = useDarkroom();
  const { balance } = useCredits();
  const offered = useOffered();
  const model = usePickedModel();
  const price = offered === null ? null : priceOf(model, draft.count);
  const takesImage = takesField(model, "image");
  const isUploading = usePictureUpload().status === "uploading" && takesImage;
  const prompt = useRef<HTMLTextAreaElement>(null);
  const [isBlank, setBlank] = useState(false);
  const [isHasty, setHasty] = useState(false);
  const isConnected = useConnectionLoss() === null;
  const isShort = price !== null && balance !== null && balance < price;
  const isTooLong = excessOf(draft.prompt) > 0;

  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    if (draft.prompt.trim() === "") {
      forgetProblem();
      setBlank(true);
      prompt.current?.focus();
      return;
    }
    if (isTooLong) prompt.current?.focus();
    if (generate.isSubmitting || isShort || isTooLong) return;
    if (isUploading) {
      forgetProblem();
      setHasty(true);
      return;
    }
    forgetUploadProblem();
    void send(toPictureInput(draft, model));
  };
  const send = async (input: PictureInput) => {
    try {
      await generate.generateAsync(input, price === null ? {} : { expectedCredits: price });
      // An impatient user makes no second picture: another seed would be another request.
      setTimeout(() => change({ roll: rollSeed() }), doubleSubmitWindowMs);
      // On a phone the tray is above, out of sight.
      window.scrollTo({ top: 0 });
    } catch {
      // Shown below from the hook's own error. The roll stays, so that the next try is the same request.
    }
  };
  const edit = (changed: Partial<Draft>) => {
    forgetProblem();
    change(changed);
  };
  /** A problem of the last submit is not shown for the next one. */
  const forgetProblem = () => {
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
          {takesImage && <PictureField image={draft.image} />}
        </div>
      )}
      <PictureShape model={model} draft={draft} onChange={edit} />
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
      <PictureOptions model={model} draft={draft} onChange={edit} />
      {model === "demo" && (
        <PromptWords onPick={(word) => edit({ prompt: `${draft.prompt.trimEnd()} ${word}`.trimStart() })} />
      )}
    </form>
  );
}

function isApple(): boolean {
  return /mac|iphone|ipad/i.test(navigator.userAgent);
}
