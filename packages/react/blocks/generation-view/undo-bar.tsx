"use client";

import { useEffect, useRef } from "react";
import { outlineButton } from "../styles/buttons";
import type { UndoableDelete } from "./use-undoable-delete";

/** Announces a delete, with a button that undoes it. Mount it outside of `GenerationView`, which a delete closes. */
export function UndoBar({ undoableId, problem, undo }: Pick<UndoableDelete, "undoableId" | "problem" | "undo">) {
  const isShown = undoableId !== null || problem !== null;
  const restoredId = useRef<string | null>(null);
  useEffect(() => {
    if (undoableId !== null || restoredId.current === null) return;
    // The Undo button had the focus and is removed.
    document.querySelector<HTMLElement>(`[data-generation="${restoredId.current}"]`)?.focus();
    restoredId.current = null;
  }, [undoableId]);
  return (
    <div className="pointer-events-none fixed inset-x-4 bottom-4 z-40 flex justify-center" data-slot="undo-bar">
      <div
        role="status"
        className={
          isShown
            ? "pointer-events-auto flex flex-wrap items-center gap-3 rounded-lg border border-border bg-popover py-2 ps-4 pe-2 text-sm text-popover-foreground shadow-lg"
            : "sr-only"
        }
      >
        {undoableId !== null && (
          <>
            <span>Deleted</span>
            <button
              type="button"
              className={outlineButton}
              onClick={() => {
                restoredId.current = undoableId;
                undo();
              }}
            >
              Undo
            </button>
          </>
        )}
        {undoableId === null && problem !== null && <span className="py-1.5 pe-2">Not deleted. {problem}</span>}
      </div>
    </div>
  );
}
