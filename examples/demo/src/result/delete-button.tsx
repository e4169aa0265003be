import { useState } from "react";
import { client } from "../safelight.ts";
import { TrashIcon } from "../shell/icons.tsx";
import { describeProblem } from "../text/describe-problem.ts";

/** Deletes a generation after a confirmation, since a deletion cannot be undone. */
export function DeleteButton({ id, onDeleted }: { readonly id: string; readonly onDeleted: () => void }) {
  const [step, setStep] = useState<"idle" | "asking" | "deleting">("idle");
  const [problem, setProblem] = useState<string | null>(null);
  const remove = async () => {
    setStep("deleting");
    try {
      await client.delete(id);
      onDeleted();
    } catch (error) {
      setProblem(describeProblem(error));
      setStep("idle");
    }
  };
  if (step === "idle") {
    return (
      <>
        <button type="button" className="button button-quiet" onClick={() => setStep("asking")}>
          <TrashIcon /> Delete
        </button>
        {problem !== null && <p role="alert">{problem}</p>}
      </>
    );
  }
  return (
    <fieldset className="confirm" aria-label="Delete this picture?">
      <p className="confirm-question">Delete it for good? This cannot be undone. Your credits do not change.</p>
      <button
        type="button"
        className="button button-danger"
        aria-disabled={step === "deleting"}
        onClick={() => step === "asking" && void remove()}
      >
        {step === "deleting" ? "Deleting…" : "Delete for good"}
      </button>
      {/* biome-ignore lint/a11y/noAutofocus: the focus was on the button that this one replaces */}
      <button type="button" className="button button-quiet" autoFocus onClick={() => setStep("idle")}>
        Keep it
      </button>
    </fieldset>
  );
}
