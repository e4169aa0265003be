import { type SubmitEvent, useEffect } from "react";
import { useActiveGeneration, useGenerate } from "../hooks";
import { Poster } from "./poster";

export function PosterForm() {
  const { generate, generation, isActive, isSubmitting, cancel, error } = useGenerate({ model: "poster" });
  const { markSeen } = useActiveGeneration();

  const submit = (form: FormData) => {
    if (isActive || isSubmitting) return;
    generate({ prompt: String(form.get("prompt")) });
  };
  // React resets a form after its action, which would clear a refused prompt. The action is for a click before hydration.
  const onSubmit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    submit(new FormData(event.currentTarget));
  };

  // A poster that this page shows needs no toast.
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
        {/* Not `disabled`, which would remove the keyboard focus. */}
        <button type="submit" aria-disabled={isActive || isSubmitting}>
          Develop for 4 credits
        </button>
        <p role="alert">
          {error?.code === "insufficient_credits"
            ? `This costs ${error.required} credits, and you have ${error.available}.`
            : error && "It did not work. Please try again."}
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
