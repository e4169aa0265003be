"use client";

import { type SubmitEvent, useEffect } from "react";
import { Poster } from "@/components/poster";
import { useToast } from "@/components/toast";
import { useActiveGeneration, useCredits, useGenerate } from "@/hooks";

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
  const { generation, isActive, cancel } = reel.generation === null ? poster : reel;
  const error = reel.error ?? poster.error;
  const isBusy = [poster, reel].some(({ isActive, isSubmitting }) => isActive || isSubmitting);
  const { balance } = useCredits();
  const { markSeen } = useActiveGeneration();

  const submit = (form: FormData) => {
    if (isBusy) return;
    const [format, prompt] = [form.get("format"), String(form.get("prompt"))];
    // The form shows one generation, and one error.
    if (format === "reel") {
      poster.reset();
      reel.generate({ prompt }, { expectedCredits: 12 });
    } else {
      reel.reset();
      const isLarge = format === "large";
      poster.generate({ prompt, size: isLarge ? 1024 : 512 }, { expectedCredits: isLarge ? 8 : 4 });
    }
  };
  // React resets a form after its action, which would clear a refused prompt. The action is for a click before hydration.
  const onSubmit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    submit(new FormData(event.currentTarget));
  };

  const endedId = generation?.finishedAt && generation.seenAt === null ? generation.id : null;
  useEffect(() => {
    if (endedId !== null && document.visibilityState === "visible") void markSeen(endedId);
  }, [endedId, markSeen]);

  return (
    <>
      <form action={submit} onSubmit={onSubmit}>
        <label>
          Prompt
          <textarea name="prompt" rows={3} maxLength={2000} required placeholder="A lighthouse in the fog" />
        </label>
        <fieldset>
          <legend>Format</legend>
          <label>
            <input type="radio" name="format" value="small" defaultChecked /> Small, 4 credits
          </label>
          <label>
            <input type="radio" name="format" value="large" /> Large, 8 credits
          </label>
          <label>
            <input type="radio" name="format" value="reel" /> Reel, a clip of three seconds, 12 credits
          </label>
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
      <section aria-label="Your poster">
        {generation && <Poster generation={generation} />}
        {isActive && (
          <button type="button" onClick={() => cancel()}>
            Cancel
          </button>
        )}
      </section>
    </>
  );
}
