import type { ReactNode } from "react";
import { outlineButton } from "../../../../packages/react/blocks/styles/buttons";

/** A place without content yet, with the next step. */
export function EmptyNote({ children }: { readonly children: ReactNode }) {
  return (
    <div className="flex flex-col items-center gap-4 rounded-xl border border-dashed border-border p-10 text-center text-sm text-muted-foreground">
      {children}
    </div>
  );
}

interface FailedNoteProps {
  readonly children: ReactNode;
  readonly onRetry: () => void;
}

/** Content that could not be loaded. */
export function FailedNote({ children, onRetry }: FailedNoteProps) {
  return (
    <div role="alert" className="flex flex-wrap items-center gap-3 rounded-xl border border-border p-4 text-sm">
      <span>{children}</span>
      <button type="button" className={outlineButton} onClick={onRetry}>
        Try again
      </button>
    </div>
  );
}

/** Content that is loading. */
export function LoadingNote({ children }: { readonly children: string }) {
  return (
    <div role="status" className="flex flex-col gap-3">
      <span className="sr-only">{children}</span>
      {["a", "b", "c"].map((key) => (
        <span key={key} className="h-20 rounded-xl bg-muted motion-safe:animate-pulse" />
      ))}
    </div>
  );
}
