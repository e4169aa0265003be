import { useState } from "react";
import { TrashIcon } from "../shell/icons.tsx";
import { deleteGenerations } from "./delete-generations.ts";

/** Actions on the selected generations. Deleting needs a confirmation. */
export function SelectionBar(props: {
  readonly selected: ReadonlySet<string>;
  /** Ids of all generations that can be selected. */
  readonly selectable: readonly string[];
  readonly onSelect: (ids: readonly string[]) => void;
  /** Ends the selection mode with a sentence about the outcome; `null`: no change. */
  readonly onEnd: (outcome: string | null) => void;
}) {
  const { selected, selectable, onSelect, onEnd } = props;
  const [step, setStep] = useState<"idle" | "asking" | "deleting">("idle");
  const [progress, setProgress] = useState({ done: 0, total: 0 });
  const [problem, setProblem] = useState<string | null>(null);
  const ids = [...selected];
  const remove = async () => {
    setStep("deleting");
    setProblem(null);
    setProgress({ done: 0, total: ids.length });
    const failed = await deleteGenerations(ids, () => setProgress(({ done, total }) => ({ done: done + 1, total })));
    if (failed.length === 0) return onEnd(`${countGenerations(ids.length)} deleted.`);
    onSelect(failed);
    setProblem(`${countGenerations(failed.length)} could not be deleted. Try again.`);
    setStep("idle");
  };
  if (step !== "idle") {
    return (
      <fieldset className="selection-bar" aria-label={`Delete ${countGenerations(ids.length)}?`}>
        <p className="selection-words">Delete {countGenerations(ids.length)} for good? This cannot be undone.</p>
        <button
          type="button"
          className="button button-danger"
          aria-disabled={step === "deleting"}
          onClick={() => step === "asking" && void remove()}
        >
          {step === "deleting" ? `Deleting ${progress.done} of ${progress.total}…` : "Delete for good"}
        </button>
        {step === "asking" && (
          // biome-ignore lint/a11y/noAutofocus: the focus was on the button that this one replaces
          <button type="button" className="button button-quiet" autoFocus onClick={() => setStep("idle")}>
            Keep them
          </button>
        )}
      </fieldset>
    );
  }
  return (
    <fieldset className="selection-bar" aria-label="Selection">
      <p className="selection-words" role="status">
        {problem ?? `${ids.length} selected`}
      </p>
      <button
        type="button"
        className="button"
        onClick={() => {
          setProblem(null);
          onSelect(selectable);
        }}
      >
        Select all {selectable.length}
      </button>
      <button
        type="button"
        className="button"
        aria-disabled={ids.length === 0}
        onClick={() => ids.length > 0 && setStep("asking")}
      >
        <TrashIcon /> Delete
      </button>
      {/* biome-ignore lint/a11y/noAutofocus: the focus was on the button that this bar replaces */}
      <button type="button" className="button button-quiet" autoFocus onClick={() => onEnd(null)}>
        Done
      </button>
    </fieldset>
  );
}

function countGenerations(count: number): string {
  return count === 1 ? "1 picture" : `${count} pictures`;
}
