import { useState } from "react";
import { useActiveGeneration, useGenerate } from "./hooks";

export function PosterForm() {
  const { generate, cancel, isSubmitting, isActive, error } = useGenerate({ model: "poster" });
  const { count, generation, markSeen } = useActiveGeneration({ model: "poster" });
  const [notCanceled, setNotCanceled] = useState(false);
  const isBusy = isSubmitting || isActive || count > 0;
  const submit = (form: FormData) => generate({ prompt: String(form.get("prompt")) });
  return (
    <form
      // React replays a submit before hydration by `action`, after which it empties the form. Later ones keep the prompt.
      action={submit}
      onSubmit={(event) => {
        event.preventDefault();
        submit(new FormData(event.currentTarget));
      }}
      className="flex flex-col items-start gap-4"
    >
      <input name="prompt" aria-label="Prompt" required className="w-full rounded border px-3 py-2" />
      <button type="submit" disabled={isBusy} className="rounded bg-blue-700 px-4 py-2 text-white disabled:opacity-50">
        Develop
      </button>
      {isBusy && (
        <progress aria-label="Progress" value={count > 0 ? (generation?.progress.value ?? undefined) : undefined} />
      )}
      {isActive && (
        <button
          type="button"
          onClick={() =>
            cancel().then(
              () => setNotCanceled(false),
              () => setNotCanceled(true),
            )
          }
          className="rounded border px-4 py-2"
        >
          Cancel
        </button>
      )}
      {isActive && notCanceled && <p role="alert">It could not be canceled. Please try again.</p>}
      {!isBusy && generation?.status === "completed" && (
        <img src={generation.outputs[0].url} alt={generation.input.prompt} />
      )}
      {!isBusy && generation?.status === "failed" && <p>{generation.error.message}</p>}
      {!isBusy && generation?.status === "canceled" && <p>Canceled. Your credits are back.</p>}
      {!isBusy && generation && (
        <button type="button" onClick={() => markSeen()} className="rounded border px-4 py-2">
          Done with it
        </button>
      )}
      {error && <p role="alert">{errorTexts[error.code] ?? "It did not work. Please try again."}</p>}
    </form>
  );
}

/** Texts for users, by code: `error.message` is for developers. */
const errorTexts: Partial<Record<string, string>> = {
  insufficient_credits: "You do not have enough credits.",
  invalid_input: "Please change your input: the prompt may be too long.",
  unauthenticated: "Please sign in again.",
};
