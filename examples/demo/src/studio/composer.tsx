import { type FormEvent, type KeyboardEvent, useRef } from "react";
import { Link } from "wouter";
import { TopUpButton } from "../credits/top-up-button.tsx";
import { acceptsField } from "../models/models.ts";
import { useConnectionLoss } from "../shell/use-connection-loss.ts";
import { countCredits } from "../text/describe-outcome.ts";
import { describeShortage, describeSubmitProblem } from "../text/describe-problem.ts";
import { FileField } from "./file-field.tsx";
import "./file-field.css";
import { ModelPicker } from "./model-picker.tsx";
import { OptionFields } from "./option-fields.tsx";
import { PromptField, tooLongProblem } from "./prompt-field.tsx";
import { ShapeFields } from "./shape-fields.tsx";
import { TestWords } from "./test-words.tsx";
import { type ComposerState, useComposer } from "./use-composer.ts";

/** The form of the draft, with its price. */
export function Composer() {
  const prompt = useRef<HTMLTextAreaElement>(null);
  const composer = useComposer(prompt);
  const { draft, offered, model, price, edit } = composer;
  const acceptsImage = acceptsField(model, "image");
  const acceptsClip = acceptsField(model, "clip");
  const hasChoice = offered !== null && offered.length > 1;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    composer.submit();
  };
  const submitByKey = (event: KeyboardEvent) => {
    if (event.key === "Enter" && (event.metaKey || event.ctrlKey) && !event.repeat) composer.submit();
  };
  return (
    <form className="composer" onSubmit={submit} onKeyDown={submitByKey}>
      <PromptField
        ref={prompt}
        prompt={draft.prompt}
        isInvalid={composer.refused === "blank"}
        onChange={(prompt) => edit({ prompt })}
      />
      {(acceptsImage || hasChoice) && (
        <div className="composer-source">
          {hasChoice && <ModelPicker offered={offered} selected={model} onSelect={(model) => edit({ model })} />}
          {acceptsImage && (
            <FileField image={draft.image} clip={acceptsClip ? draft.clip : null} acceptsClip={acceptsClip} />
          )}
        </div>
      )}
      <ShapeFields model={model} draft={draft} onChange={edit} />
      <div className="composer-end">
        <button
          type="submit"
          className={composer.isPrimary ? "button button-lamp" : "button"}
          aria-disabled={composer.isSubmitting || composer.isShort || composer.isTooLong}
        >
          {composer.isSubmitting ? "Sending…" : "Develop"}
          {price !== null && <span className="price">{countCredits(price)}</span>}
        </button>
        <kbd className="composer-keys">
          <span>{isApple() ? "⌘" : "Ctrl"}</span>
          <span>Enter</span>
        </kbd>
      </div>
      <div id="composer-state" className="composer-state" role="alert">
        <Problem composer={composer} />
      </div>
      <OptionFields model={model} draft={draft} onChange={edit} />
      {model === "demo" && (
        <TestWords onPick={(word) => edit({ prompt: `${draft.prompt.trimEnd()} ${word}`.trimStart() })} />
      )}
    </form>
  );
}

function Problem({ composer }: { readonly composer: ComposerState }) {
  const { missingCredits, isShort, isTooLong, refused, error } = composer;
  const isConnected = useConnectionLoss() === null;
  if (isShort) {
    return (
      <>
        {describeShortage(missingCredits)} <Link href="/credits">See where they went</Link>{" "}
        <TopUpButton missingCredits={missingCredits} />
      </>
    );
  }
  if (isTooLong) return tooLongProblem;
  if (refused === "blank") return "Write what you would like to see first.";
  if (refused === "uploading") return "Your file is still on its way. Wait for it, or stop it.";
  return error === null ? null : describeSubmitProblem(error, isConnected);
}

function isApple(): boolean {
  return /mac|iphone|ipad/i.test(navigator.userAgent);
}
