import { type Gallery, type Generation, isTerminal } from "@safelight/client/contract";
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
import { useIsTheirs } from "./use-is-theirs.ts";

/** A dialog with a generation, its facts and its actions. The arrow keys show its neighbors. */
export function GenerationModal(props: {
  readonly id: string;
  readonly of: Gallery;
  /** Ids of the neighbors in the list; `null` at the ends. */
  readonly neighbors: { readonly newer: string | null; readonly older: string | null };
  /** Shows another generation; `null` closes the dialog. */
  readonly onShow: (id: string | null) => void;
}) {
  const { id, neighbors, of, onShow } = props;
  const { generation, error } = useGeneration(id, { of });
  const { newer, older } = neighbors;
  const GalleryContent = of === "team" ? TeamContent : Content;
  useVisibleGenerations((ended) => of === "own" && ended.id === id);
  // On `window`, since the focused element may have been removed with the previous generation.
  useEffect(() => {
    const showNeighbor = (event: KeyboardEvent) => {
      // The arrow keys seek in a player.
      if (event.target instanceof HTMLInputElement || event.target instanceof HTMLMediaElement) return;
      if (event.defaultPrevented) return;
      const neighbor = event.key === "ArrowLeft" ? newer : event.key === "ArrowRight" ? older : null;
      if (neighbor !== null) onShow(neighbor);
    };
    window.addEventListener("keydown", showNeighbor);
    return () => window.removeEventListener("keydown", showNeighbor);
  }, [newer, older, onShow]);
  return (
    <Modal
      label={generation === null ? "Picture" : promptOf(generation)}
      className="generation-modal"
      onClose={() => onShow(null)}
    >
      <div className="generation">
        {generation !== null ? (
          <GalleryContent generation={generation} onDeleted={() => onShow(neighbors.older ?? neighbors.newer)} />
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
          <NeighborButton to="left" id={neighbors.newer} onShow={onShow} />
          <NeighborButton to="right" id={neighbors.older} onShow={onShow} />
          <button type="button" className="icon-button" aria-label="Close" onClick={() => onShow(null)}>
            <CloseIcon />
          </button>
        </div>
      </div>
    </Modal>
  );
}

interface ContentProps {
  readonly generation: Generation;
  readonly onDeleted: () => void;
}

function TeamContent(props: ContentProps) {
  const isTheirs = useIsTheirs();
  return <Content {...props} mayChange={!isTheirs(props.generation)} />;
}

/** @param props.mayChange `false` for a generation that the other person submitted. */
function Content({ generation, mayChange = true, onDeleted }: ContentProps & { readonly mayChange?: boolean }) {
  const [index, setIndex] = useState(0);
  const outputs = generation.status === "completed" ? generation.outputs : [];
  const output = outputs[index] ?? null;
  return (
    <>
      <div className="generation-image">
        <Sheet generation={generation} output={output} />
        {outputs.length > 1 && <OutputPicker outputs={outputs} index={index} onPick={setIndex} />}
      </div>
      <div className="generation-words">
        <h2 className="generation-prompt">{promptOf(generation)}</h2>
        {isTerminal(generation) && <Outcome generation={generation} />}
        {!mayChange && <p>The other person of your team asked for this one.</p>}
        {isTerminal(generation) && mayChange && (
          <ResultActions generation={generation} output={output} isPrimary>
            <DeleteButton id={generation.id} onDeleted={onDeleted} />
          </ResultActions>
        )}
        <GenerationFacts generation={generation} output={output} />
      </div>
    </>
  );
}

function NeighborButton(props: {
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
