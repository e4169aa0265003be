"use client";

import type { Generation } from "@safelight/client/contract";
import {
  type FormEvent,
  type KeyboardEvent,
  type ReactNode,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { useCredits, useGenerate } from "../hooks";
import { creditsText } from "../messages/credits-text";
import { problemText, shortageText } from "../messages/problem-text";
import { outlineButton, primaryButton } from "../styles/buttons";
import { ModelChoice, type ModelOption } from "./model-choice";
import { useDraft } from "./use-draft";
import { usePrice } from "./use-price";

export interface PromptBoxProps {
  /** The first model is selected at the start. With one model, no choice is shown. */
  readonly models: readonly [ModelOption, ...ModelOption[]];
  /** The scope of the submits, such as a part of your app. @default none */
  readonly scope?: string | undefined;
  /** Builds the input of a model. It must return an equal value for equal arguments. @default `{ prompt }` */
  readonly toInput?: (prompt: string, model: string) => unknown;
  /** Replaces the draft, and focuses the field: pass a new object for each replacement. */
  readonly draft?: { readonly text: string } | null;
  /** The page to buy credits at. @default no link */
  readonly buyCreditsHref?: string | undefined;
  /** Key of the draft in `sessionStorage`. @default "safelight-draft" */
  readonly storageKey?: string;
  /** Why a submit must wait, such as "The image is still uploading."; shown when the user submits. @default `null`: no wait */
  readonly waitReason?: string | null;
  /** Receives the accepted generation. */
  readonly onSubmitted?: (generation: Generation) => void;
  /** Further fields, between the prompt and the actions. */
  readonly children?: ReactNode;
}

/** A form for a prompt: Ctrl+Enter or ⌘+Enter submits, and Enter starts a new line. */
export function PromptBox(props: PromptBoxProps) {
  const { models, buyCreditsHref, children } = props;
  const errorId = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const box = usePromptBox(props, field);
  const latest = useRef(box);
  useLayoutEffect(() => {
    latest.current = box;
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    box.submit();
  };
  const submitByKey = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.repeat || event.nativeEvent.isComposing)
      return;
    event.preventDefault();
    box.submit();
  };
  return (
    <form
      data-slot="prompt-box"
      data-status={box.isSubmitting ? "submitting" : box.problem === null ? "idle" : "refused"}
      className="flex flex-col gap-3 rounded-xl border border-border bg-card p-3 text-card-foreground shadow-sm transition-[border-color,box-shadow] has-[textarea:focus-visible]:border-ring has-[textarea:focus-visible]:ring-3 has-[textarea:focus-visible]:ring-ring/35 motion-reduce:transition-none sm:p-4"
      // For a submit before hydration, which React repeats with the action of the first render, before it knows the prompt.
      action={() => latest.current.submit()}
      onSubmit={submit}
      // React resets a form after its action, which would select the first model again.
      onReset={(event) => event.preventDefault()}
    >
      <textarea
        ref={field}
        aria-label="Prompt"
        aria-invalid={box.problem !== null}
        aria-describedby={box.problem === null ? undefined : errorId}
        className="field-sizing-content min-h-24 w-full resize-none bg-transparent p-1 text-base leading-relaxed outline-none placeholder:text-muted-foreground"
        placeholder="Describe what you would like to see"
        rows={3}
        value={box.prompt}
        onChange={(event) => box.edit(event.target.value)}
        onKeyDown={submitByKey}
      />
      {children}
      <div id={errorId} role="alert" className="text-sm text-destructive empty:hidden">
        {box.problem}
      </div>
      <div className="flex flex-wrap items-center justify-between gap-3">
        {models.length > 1 ? <ModelChoice models={models} selected={box.model} onSelect={box.choose} /> : <span />}
        <div className="ms-auto flex flex-wrap items-center justify-end gap-2">
          {box.exceedsBalance && buyCreditsHref !== undefined && (
            <a className={outlineButton} href={buyCreditsHref}>
              Buy credits
            </a>
          )}
          <button type="submit" className={primaryButton} aria-disabled={!box.isReady}>
            {box.isSubmitting ? "Sending…" : "Generate"}
            {box.price !== null && <span className="font-normal opacity-90">{creditsText(box.price)}</span>}
          </button>
        </div>
      </div>
    </form>
  );
}

function usePromptBox(props: PromptBoxProps, field: { readonly current: HTMLTextAreaElement | null }) {
  const { models, scope, draft, storageKey = "safelight-draft", onSubmitted, toInput = toPrompt } = props;
  const { waitReason = null } = props;
  const [prompt, setPrompt] = useDraft(storageKey);
  const [chosen, choose] = useState(models[0].id);
  const [isBlankRefused, setBlankRefused] = useState(false);
  /** The last submit had to wait. */
  const [isEarly, setEarly] = useState(false);
  // The host may stop offering the chosen model.
  const model = models.some(({ id }) => id === chosen) ? chosen : models[0].id;
  const isBlank = prompt.trim() === "";
  /** Text of the last submit; `null` before the first since the page was loaded. */
  const [sent, setSent] = useState<string | null>(null);
  const { balance } = useCredits();
  const { credits, onRefused } = usePrice(model, isBlank ? null : toInput(prompt.trim(), model));
  const { generateAsync, isSubmitting, error } = useGenerate({ model, scope });
  // A text that was typed before hydration. The next render would remove it.
  useLayoutEffect(() => {
    const typed = field.current?.value ?? "";
    if (typed !== "") setPrompt(typed);
  }, [setPrompt, field]);
  const latest = useRef(prompt);
  useEffect(() => {
    latest.current = prompt;
  });
  const appliedDraft = useRef<PromptBoxProps["draft"]>(null);
  useEffect(() => {
    // `setPrompt` changes with the user: do not apply the draft of the previous one again.
    if (!draft || draft === appliedDraft.current) return;
    appliedDraft.current = draft;
    setPrompt(draft.text);
    field.current?.focus();
  }, [draft, setPrompt, field]);
  const price = isBlank ? null : credits;
  const exceedsBalance = price !== null && balance !== null && price > balance;
  return {
    prompt,
    model,
    price,
    exceedsBalance,
    isSubmitting,
    isReady: !isSubmitting && !exceedsBalance && waitReason === null,
    choose,
    problem: problemOf(),
    edit(text: string) {
      setBlankRefused(false);
      setPrompt(text);
    },
    submit() {
      if (isSubmitting || exceedsBalance) return;
      setEarly(waitReason !== null);
      if (waitReason !== null) return;
      setBlankRefused(isBlank);
      if (isBlank) return field.current?.focus();
      setSent(prompt);
      generateAsync(toInput(prompt.trim(), model), { expectedCredits: price ?? undefined }).then(
        (generation) => {
          // Keep a text that was changed after the submit.
          if (latest.current === prompt) setPrompt("");
          onSubmitted?.(generation);
        },
        // `error` of the hook has the reason. The text stays in the field.
        onRefused,
      );
    },
  };

  function problemOf(): string | null {
    if (isEarly && waitReason !== null) return waitReason;
    if (isBlankRefused) return "Write a prompt first.";
    if (exceedsBalance) return shortageText(price, balance);
    // An error belongs to the submitted text. After a reload, that text is unknown.
    const isAboutThisText = sent === null || sent === prompt;
    return error === null || isSubmitting || !isAboutThisText ? null : problemText(error);
  }
}

function toPrompt(prompt: string): unknown {
  return { prompt };
}
