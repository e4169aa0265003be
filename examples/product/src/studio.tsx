import { SafelightError } from "@safelight/client";
import { type FormEvent, useState } from "react";
import { initialCredits, postcardCredits } from "../offers.ts";
import { errorTextOf } from "./error-texts.ts";
import { useGenerate, useProgress } from "./hooks.ts";
import type { OpenDialog } from "./open-dialog.ts";
import { type Person, users } from "./users.ts";

interface StudioProps {
  readonly person: Person;
  readonly open: (dialog: OpenDialog) => void;
}

export function Studio({ person, open }: StudioProps) {
  const [prompt, setPrompt] = useState("");
  const [signInError, setSignInError] = useState<string | null>(null);
  // Also during the sign-in: a second click would sign in another guest, who does not see the postcard of the first one.
  const [isStarting, setIsStarting] = useState(false);
  const { generateAsync, generation, isActive, isSubmitting, cancel, error } = useGenerate({
    model: "postcard",
    onSubmitted: () => setPrompt(""),
  });
  const isBusy = isStarting || isSubmitting || isActive;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy || prompt.trim() === "") return;
    setSignInError(null);
    setIsStarting(true);
    try {
      if (person === "visitor") {
        const { error: refused } = await users.signIn.anonymous();
        if (refused) return setSignInError("That did not work. Please try again in a moment.");
      }
      await generateAsync({ prompt }, { expectedCredits: postcardCredits });
    } catch (refused) {
      // `error` of the hook has the reason, which the page shows.
      if (SafelightError.isInstance(refused) && refused.code === "insufficient_credits") {
        open({ name: "shop", missing: (refused.required ?? 0) - (refused.available ?? 0) });
      }
    } finally {
      setIsStarting(false);
    }
  };

  return (
    <section className="studio" aria-label="New postcard">
      <h2>A postcard from a place that does not exist</h2>
      <form onSubmit={submit}>
        <label>
          Describe the place
          <textarea
            rows={2}
            maxLength={500}
            required
            value={prompt}
            onChange={({ target }) => setPrompt(target.value)}
            placeholder="A harbor on a moon, at dusk"
          />
        </label>
        <button type="submit" aria-disabled={isBusy}>
          {isBusy ? "Painting…" : `Paint it for ${postcardCredits} credits`}
        </button>
        {person === "visitor" && (
          <p className="note">The first one is free: you start with {initialCredits} credits.</p>
        )}
        <p role="alert">{signInError ?? (error && textOf(error))}</p>
      </form>
      {generation && isActive && <Progress generation={generation} onCancel={() => cancel()} />}
      {generation?.status === "failed" && (
        <p role="status">
          {generation.error.message}{" "}
          {(generation.refundedCredits ?? 0) > 0 && `${generation.refundedCredits} credits are back.`}
        </p>
      )}
    </section>
  );
}

type Progressing = NonNullable<Parameters<typeof useProgress>[0]>;

function Progress({ generation, onCancel }: { readonly generation: Progressing; readonly onCancel: () => void }) {
  const { value, percent } = useProgress(generation);
  return (
    <div className="progress">
      <progress aria-label="Progress of the postcard" value={value ?? undefined} />
      <span aria-hidden="true">{percent === null ? "" : `${percent} %`}</span>
      <button type="button" className="plain" onClick={onCancel}>
        Cancel
      </button>
    </div>
  );
}

function textOf(error: SafelightError): string {
  if (error.code !== "insufficient_credits") return errorTextOf(error);
  return `This postcard costs ${error.required} credits, and you have ${error.available}.`;
}
