import { type Generation, isTerminal } from "@safelight/client/contract";
import { useEffect, useState } from "react";
import { Sheet } from "../image/sheet.tsx";
import { promptOf } from "../models/generation-input.ts";
import { useVisibleGenerations } from "../notices/visible-generations.ts";
import { DeleteButton } from "../result/delete-button.tsx";
import { Outcome } from "../result/outcome.tsx";
import { ResultActions } from "../result/result-actions.tsx";
import { useGeneration } from "../safelight.ts";
import { ChevronIcon, CloseIcon } from "../shell/icons.tsx";
import { Modal } from "../shell/modal.tsx";
import { PageMessage } from "../shell/page-message.tsx";
import { describeProblem } from "../text/describe-problem.ts";
import { GenerationFacts } from "./generation-facts.tsx";
import "./generation-modal.css";
import { OutputPicker } from "./output-picker.tsx";

/** One generation, large, with its facts and actions. The arrow keys turn to its neighbors. */
export function GenerationModal(props: {
  readonly id: string;
  /** The ids beside it in the list; `null` at its ends. */
  readonly neighbors: { readonly newer: string | null; readonly older: string | null };
  /** Shows another one; `null` closes the window. */
  readonly onShow: (id: string | null) => void;
}) {
  const { id, neighbors, onShow } = props;
  const { generation, error } = useGeneration(id);
  const { newer, older } = neighbors;
  useVisibleGenerations((ended) => ended.id === id);
  // On the window: the focus may have been lost with the generation before.
  useEffect(() => {
    const turn = (event: KeyboardEvent) => {
      if (event.target instanceof HTMLInputElement || event.defaultPrevented) return;
      const to = event.key === "ArrowLeft" ? newer : event.key === "ArrowRight" ? older : null;
      if (to !== null) onShow(to);
    };
    window.addEventListener("keydown", turn);
    return () => window.removeEventListener("keydown", turn);
  }, [newer, older, onShow]);
  return (
    <Modal
      label={generation === null ? "Picture" : promptOf(generation)}
      className="generation-modal"
      onClose={() => onShow(null)}
    >
      <div className="generation">
        {generation !== null ? (
          <Shown generation={generation} onGone={() => onShow(neighbors.older ?? neighbors.newer)} />
        ) : error === null ? (
          <div className="generation-loading skeleton" aria-busy="true" />
        ) : (
          <PageMessage title={error.code === "not_found" ? "This picture is not here" : "It cannot be shown right now"}>
            <p>
              {error.code === "not_found"
                ? "It was deleted, or it belongs to another visitor."
                : describeProblem(error)}
            </p>
          </PageMessage>
        )}
        <div className="generation-turn">
          <TurnButton to="left" id={neighbors.newer} onShow={onShow} />
          <TurnButton to="right" id={neighbors.older} onShow={onShow} />
          <button type="button" className="icon-button" aria-label="Close" onClick={() => onShow(null)}>
            <CloseIcon />
          </button>
        </div>
      </div>
    </Modal>
  );
}

function Shown({ generation, onGone }: { readonly generation: Generation; readonly onGone: () => void }) {
  const [index, setIndex] = useState(0);
  const outputs = generation.status === "completed" ? generation.outputs : [];
  return (
    <>
      <div className="generation-image">
        <Sheet generation={generation} output={outputs[index] ?? null} />
        {outputs.length > 1 && <OutputPicker outputs={outputs} index={index} onPick={setIndex} />}
      </div>
      <div className="generation-words">
        <h2 className="generation-prompt">{promptOf(generation)}</h2>
        {isTerminal(generation) && <Outcome generation={generation} />}
        {isTerminal(generation) && (
          <ResultActions generation={generation} output={outputs[index] ?? null}>
            <DeleteButton id={generation.id} onGone={onGone} />
          </ResultActions>
        )}
        <GenerationFacts generation={generation} />
      </div>
    </>
  );
}

function TurnButton(props: {
  readonly to: "left" | "right";
  readonly id: string | null;
  readonly onShow: (id: string) => void;
}) {
  const { to, id, onShow } = props;
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={to === "left" ? "Newer picture" : "Older picture"}
      disabled={id === null}
      onClick={() => id !== null && onShow(id)}
    >
      <ChevronIcon to={to} />
    </button>
  );
}
