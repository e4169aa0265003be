"use client";

import { type Generation, isTerminal } from "@safelight/client/contract";
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { altOf } from "../generation-text/prompt-of";
import { useActiveGeneration } from "../hooks";
import { CloseIcon, NextIcon, PreviousIcon } from "../icons/icons";
import { iconButton } from "../styles/buttons";
import { ViewActions, type ViewActionsProps } from "./view-actions";
import { ViewContent } from "./view-content";

export interface GenerationViewProps {
  /** The list to move through, such as that of `useGenerationHistory`. */
  readonly generations: readonly Generation[];
  /** The open generation; `null`, or an id that is not in the list, closes the view. */
  readonly openId: string | null;
  /** Receives the id to open; `null` to close the view. */
  readonly onOpenChange: (id: string | null) => void;
  /** Receives a generation whose input the user wants to change, for example as `draft` of `PromptBox`. @default no such button */
  readonly onVary?: ((generation: Generation) => void) | undefined;
  /** Deletes a finished generation: `remove` of `useUndoableDelete`. @default no such button */
  readonly onDelete?: ((id: string) => void) | undefined;
  /** Shown below the actions, such as further actions of your app. @default none */
  readonly actions?: ((generation: Generation) => ReactNode) | undefined;
}

/** A dialog with one generation. Escape closes it, and the arrow keys move to the previous and the next one. */
export function GenerationView(props: GenerationViewProps) {
  const { generations, openId, onOpenChange } = props;
  const index = generations.findIndex(({ id }) => id === openId);
  const generation = generations[index];
  if (generation === undefined) return null;
  const open = (at: number) => {
    const target = generations[at];
    if (target !== undefined) onOpenChange(target.id);
  };
  return (
    <OpenView
      {...props}
      generation={generation}
      position={{ index, count: generations.length }}
      onMove={(by) => open(index + by)}
    />
  );
}

interface OpenViewProps extends GenerationViewProps {
  readonly generation: Generation;
  readonly position: { readonly index: number; readonly count: number };
  readonly onMove: (by: 1 | -1) => void;
}

function OpenView(props: OpenViewProps) {
  const { generation, position, onMove, onOpenChange, onVary, onDelete, actions } = props;
  const dialog = useModal();
  useSeen(generation);
  const close = () => onOpenChange(null);
  const moveByKey = (event: KeyboardEvent) => {
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : null;
    // In a player, the arrow keys seek.
    if (by === null || event.target instanceof HTMLMediaElement) return;
    const isRightToLeft = getComputedStyle(event.currentTarget).direction === "rtl";
    onMove(isRightToLeft ? (-by as 1 | -1) : by);
  };
  return (
    <dialog
      ref={dialog}
      aria-label={altOf(generation)}
      className="m-auto max-h-[calc(100dvh-1rem)] w-[min(64rem,calc(100vw-1rem))] max-w-none overflow-hidden rounded-xl border border-border bg-background p-0 text-foreground shadow-2xl outline-none backdrop:bg-black/70"
      data-slot="generation-view"
      data-status={generation.status}
      tabIndex={-1}
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
      onClick={(event) => event.target === event.currentTarget && close()}
      onKeyDown={moveByKey}
    >
      <div className="flex max-h-[calc(100dvh-1rem)] flex-col">
        <div className="flex flex-wrap items-center gap-1 border-b border-border p-2">
          <MoveButton label="Previous" isDisabled={position.index === 0} onPress={() => onMove(-1)} />
          <MoveButton label="Next" isDisabled={position.index + 1 === position.count} onPress={() => onMove(1)} />
          <span role="status" className="px-2 text-xs text-muted-foreground tabular-nums">
            {position.index + 1} of {position.count}
          </span>
          <button type="button" aria-label="Close" className={`${iconButton} ms-auto`} onClick={close}>
            <CloseIcon />
          </button>
        </div>
        <div className="min-h-0 overflow-y-auto">
          <ViewBody
            key={generation.id}
            generation={generation}
            onDelete={
              onDelete &&
              (() => {
                onDelete(generation.id);
                close();
              })
            }
            onRetried={onOpenChange}
            onVary={
              onVary &&
              (() => {
                close();
                onVary(generation);
              })
            }
          />
          {actions?.(generation)}
        </div>
      </div>
    </dialog>
  );
}

function ViewBody(props: Omit<ViewActionsProps, "output">) {
  const { generation } = props;
  const [chosen, choose] = useState(0);
  const outputs = generation.status === "completed" ? generation.outputs : [];
  const output = outputs[chosen] ?? null;
  return (
    <>
      <ViewContent generation={generation} output={output} onChoose={choose} />
      <ViewActions {...props} output={output} />
    </>
  );
}

interface MoveButtonProps {
  readonly label: "Previous" | "Next";
  readonly isDisabled: boolean;
  readonly onPress: () => void;
}

function MoveButton({ label, isDisabled, onPress }: MoveButtonProps) {
  return (
    // Not `disabled`, which would lose the focus at the end of the list.
    <button
      type="button"
      aria-disabled={isDisabled}
      aria-label={label}
      className={iconButton}
      onClick={() => !isDisabled && onPress()}
    >
      {label === "Previous" ? <PreviousIcon /> : <NextIcon />}
    </button>
  );
}

/** Opens a `<dialog>` as modal, which traps the focus. After it closes, its opener has the focus again. */
function useModal() {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const opener = document.activeElement;
    const element = dialog.current;
    element?.showModal();
    // By default, the browser focuses the first button.
    element?.focus({ preventScroll: true });
    return () => {
      element?.close();
      const isLost = document.activeElement === null || document.activeElement === document.body;
      if (isLost && opener instanceof HTMLElement && opener.isConnected) opener.focus({ preventScroll: true });
    };
  }, []);
  return dialog;
}

/** Marks the open generation as seen, once it has finished. */
function useSeen(generation: Generation): void {
  const { markSeen } = useActiveGeneration();
  const { id, seenAt } = generation;
  const isUnseen = isTerminal(generation) && seenAt === null;
  const mark = useRef(markSeen);
  useEffect(() => {
    mark.current = markSeen;
  });
  useEffect(() => {
    // After a failure, the generation stays unseen.
    if (isUnseen) void mark.current(id).catch(() => {});
  }, [id, isUnseen]);
}
