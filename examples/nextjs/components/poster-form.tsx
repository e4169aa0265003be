"use client";

import type { SubmitEvent } from "react";
import { SubmittedPoster } from "@/components/submitted-poster";
import { useToast } from "@/components/toast";
import { type Format, formats } from "@/formats";
import { useCredits, useGenerate } from "@/hooks";

/** Submits to one of two models: an image of two sizes, or a clip. */
export function PosterForm() {
  const toast = useToast();
  const poster = useGenerate({
    model: "poster",
    onSubmitted: ({ id }) => toast({ text: "Developing your poster.", activeId: id }),
  });
  const reel = useGenerate({
    model: "reel",
    onSubmitted: ({ id }) => toast({ text: "Developing your reel.", activeId: id }),
  });
  const error = poster.error ?? reel.error;
  const isBusy = [poster, reel].some(({ isActive, isSubmitting }) => isActive || isSubmitting);
  const { balance } = useCredits();

  const submit = (form: FormData) => {
    if (isBusy) return;
    const prompt = String(form.get("prompt"));
    // The radio buttons have no other values, and one is always checked.
    const format = form.get("format") as Format;
    const options = { expectedCredits: formats[format].credits };
    // The previous generation and its error disappear.
    if (format === "reel") {
      poster.reset();
      reel.generate({ prompt }, options);
    } else {
      reel.reset();
      poster.generate({ prompt, size: format === "large" ? 1024 : 512 }, options);
    }
  };
  // React resets a form after its action, which would clear a refused prompt. The action is for a click before hydration.
  const onSubmit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    submit(new FormData(event.currentTarget));
  };

  return (
    <>
      <form action={submit} onSubmit={onSubmit}>
        <label>
          Prompt
          <textarea name="prompt" rows={3} maxLength={2000} required placeholder="A lighthouse in the fog" />
        </label>
        <fieldset>
          <legend>Format</legend>
          {Object.entries(formats).map(([format, { label, credits }]) => (
            <label key={format}>
              <input type="radio" name="format" value={format} defaultChecked={format === "small"} />
              {` ${label}, ${credits} credits`}
            </label>
          ))}
        </fieldset>
        {/* Not `disabled`, which would remove the keyboard focus. */}
        <button type="submit" aria-disabled={isBusy}>
          Develop
        </button>
        {balance !== null && <p>You have {balance} credits.</p>}
        <p role="alert">
          {error?.code === "insufficient_credits"
            ? `This costs ${error.required} credits, and you have ${error.available}.`
            : error?.message}
        </p>
      </form>
      <section aria-label="Your generations">
        {/* Both, if two devices submitted them. */}
        {poster.generation && <SubmittedPoster generation={poster.generation} onCancel={poster.cancel} />}
        {reel.generation && <SubmittedPoster generation={reel.generation} onCancel={reel.cancel} />}
      </section>
    </>
  );
}
