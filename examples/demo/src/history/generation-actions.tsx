import type { Output, TerminalGeneration } from "@safelight/client/contract";
import { useState } from "react";
import { fileNameOf } from "../picture/file-name.ts";
import { client } from "../safelight.ts";
import { DownloadIcon, RetryIcon, TrashIcon } from "../shell/icons.tsx";
import { RewriteButton } from "../studio/rewrite-button.tsx";
import { mayComeUpUnchanged } from "../words/ending-of.ts";
import { describeProblem } from "../words/problem-of.ts";
import { useRetry } from "./use-retry.ts";

/** What can be done with a generation that has ended. */
export function GenerationActions(props: {
  readonly generation: TerminalGeneration;
  /** The picture that lies on top; `null` where there is none. */
  readonly output: Output | null;
  /** Called after it was deleted. */
  readonly onGone: () => void;
}) {
  const { generation, output, onGone } = props;
  const retry = useRetry();
  return (
    <div className="generation-actions">
      {output !== null && (
        <a className="button" href={output.url} download={fileNameOf(`${generation.id}-${output.index}`, output)}>
          <DownloadIcon /> Download
        </a>
      )}
      <RewriteButton generation={generation} />
      {mayComeUpUnchanged(generation) && (
        <button type="button" className="button" onClick={() => void retry(generation)}>
          <RetryIcon /> {generation.status === "completed" ? "Another one" : "Try again"}
        </button>
      )}
      <DeleteButton id={generation.id} onGone={onGone} />
    </div>
  );
}

/** Asks once more in the same place before it deletes: what is gone cannot be brought back. */
function DeleteButton({ id, onGone }: { readonly id: string; readonly onGone: () => void }) {
  const [step, setStep] = useState<"idle" | "asking" | "deleting">("idle");
  const [problem, setProblem] = useState<string | null>(null);
  const remove = async () => {
    setStep("deleting");
    try {
      await client.delete(id);
      onGone();
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
      <p className="confirm-question">
        Delete it for good? It cannot be brought back, and credits are not touched by it.
      </p>
      <button
        type="button"
        className="button button-lamp"
        aria-disabled={step === "deleting"}
        onClick={() => void remove()}
      >
        {step === "deleting" ? "Deleting…" : "Delete for good"}
      </button>
      {/* biome-ignore lint/a11y/noAutofocus: the focus was on the button that this one takes the place of */}
      <button type="button" className="button button-quiet" autoFocus onClick={() => setStep("idle")}>
        Keep it
      </button>
    </fieldset>
  );
}
