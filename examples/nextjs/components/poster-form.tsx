"use client";

import { type SubmitEvent, useEffect } from "react";
import { Poster } from "@/components/poster";
import { useToast } from "@/components/toast";
import { useActiveGeneration, useCredits, useGenerate } from "@/hooks";

export function PosterForm() {
  const toast = useToast();
  const { generate, generation, isActive, isSubmitting, cancel, error } = useGenerate({
    model: "poster",
    onSubmitted: ({ id }) => toast({ text: "Developing your poster.", activeId: id }),
  });
  const { balance } = useCredits();
  const { markSeen } = useActiveGeneration();

  const submit = (form: FormData) => {
    if (isActive || isSubmitting) return;
    const isLarge = form.get("size") === "1024";
    const input = { prompt: String(form.get("prompt")), size: isLarge ? 1024 : 512 } as const;
    generate(input, { expectedCredits: isLarge ? 8 : 4 });
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
          <legend>Size</legend>
          <label>
            <input type="radio" name="size" value="512" defaultChecked /> Small, 4 credits
          </label>
          <label>
            <input type="radio" name="size" value="1024" /> Large, 8 credits
          </label>
        </fieldset>
        {/* Not `disabled`, which would remove the keyboard focus. */}
        <button type="submit" aria-disabled={isActive || isSubmitting}>
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
