"use client";

import type { TerminalGeneration } from "@safelight/client/contract";
import { type FocusEvent, useEffect, useRef } from "react";
import { altOf, promptOf } from "../generation-text/prompt-of";
import { CloseIcon, ProblemIcon, ReadyIcon } from "../icons/icons";
import { outcomeText } from "../messages/outcome-text";
import { useOwnerKey } from "../owner/use-owner-key";
import { focusRing, iconButton } from "../styles/buttons";
import { useToasts } from "./use-toasts";

export interface GenerationToastsProps {
  /** The page or the part of a page that shows the generations. @default "#generations" */
  readonly historyHref?: string;
  /** Time until a toast closes, in milliseconds. Hover and focus pause it. @default 8_000 */
  readonly durationMs?: number;
  /** Opens a completed generation. @default none: the toast has only the link "View history" */
  readonly onOpen?: ((generation: TerminalGeneration) => void) | undefined;
}

/**
 * A toast for each finished generation, shown once across all tabs and devices. Mount it once, above the pages. A new toast
 * does not move the focus. Escape closes the newest toast. When another user signs in, the toasts close.
 */
export function GenerationToasts(props: GenerationToastsProps) {
  const ownerKey = useOwnerKey();
  return <Toasts key={ownerKey} {...props} />;
}

function Toasts(props: GenerationToastsProps) {
  const { historyHref = "#generations", durationMs = 8_000, onOpen } = props;
  const { toasts, dismiss, setPaused } = useToasts(durationMs);
  const focusBefore = useRef<HTMLElement | null>(null);
  const newest = toasts.at(-1)?.id;
  useEffect(() => {
    if (newest === undefined) return undefined;
    const onKeyDown = (event: KeyboardEvent) => {
      // Escape belongs to an open dialog first.
      if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open]") !== null) return;
      dismiss(newest);
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [newest, dismiss]);
  // The last toast had the focus when it closed: return the focus to the page.
  useEffect(() => {
    if (toasts.length > 0 || focusBefore.current === null) return;
    if (document.activeElement === document.body) focusBefore.current.focus({ preventScroll: true });
    focusBefore.current = null;
    setPaused(false);
  }, [toasts, setPaused]);
  const onFocus = ({ relatedTarget, currentTarget }: FocusEvent<HTMLElement>) => {
    setPaused(true);
    if (relatedTarget instanceof HTMLElement && !currentTarget.contains(relatedTarget))
      focusBefore.current = relatedTarget;
  };
  return (
    <section
      aria-label="Notifications"
      className="pointer-events-none fixed end-4 bottom-4 z-50 flex w-[min(24rem,calc(100vw-2rem))] flex-col gap-2"
      data-slot="generation-toasts"
      onBlur={({ relatedTarget, currentTarget }) => currentTarget.contains(relatedTarget) || setPaused(false)}
      onFocus={onFocus}
      onPointerEnter={() => setPaused(true)}
      onPointerLeave={() => setPaused(false)}
    >
      <ol aria-live="polite" aria-relevant="additions" className="flex flex-col gap-2">
        {toasts.map((generation) => (
          <li key={generation.id} className="max-sm:not-last:hidden">
            <Toast
              generation={generation}
              historyHref={historyHref}
              onDismiss={() => dismiss(generation.id)}
              onOpen={onOpen}
            />
          </li>
        ))}
      </ol>
    </section>
  );
}

interface ToastProps {
  readonly generation: TerminalGeneration;
  readonly historyHref: string;
  readonly onDismiss: () => void;
  readonly onOpen: ((generation: TerminalGeneration) => void) | undefined;
}

function Toast({ generation, historyHref, onDismiss, onOpen }: ToastProps) {
  const actionClass = `cursor-pointer rounded-sm text-sm font-medium text-foreground underline underline-offset-4 ${focusRing}`;
  return (
    <div
      className="pointer-events-auto flex items-start gap-3 rounded-xl border border-border bg-popover p-3 text-popover-foreground shadow-lg motion-safe:transition-transform motion-safe:duration-200 motion-safe:starting:translate-y-2"
      data-status={generation.status}
    >
      <ToastMedia generation={generation} />
      <div className="min-w-0 flex-1 text-sm">
        <p className="font-medium">{titleOf(generation)}</p>
        <p className="truncate text-muted-foreground">{promptOf(generation)}</p>
        <p className="text-muted-foreground empty:hidden">{outcomeText(generation)}</p>
        <div className="mt-1.5 flex flex-wrap gap-4">
          {onOpen !== undefined && generation.status === "completed" && (
            <button
              type="button"
              className={actionClass}
              onClick={() => {
                onDismiss();
                onOpen(generation);
              }}
            >
              Open
            </button>
          )}
          <a className={actionClass} href={historyHref} onClick={onDismiss}>
            View history
          </a>
        </div>
      </div>
      <button type="button" aria-label="Dismiss" className={`${iconButton} -m-1`} onClick={onDismiss}>
        <CloseIcon />
      </button>
    </div>
  );
}

function ToastMedia({ generation }: { readonly generation: TerminalGeneration }) {
  const [output] = generation.status === "completed" ? generation.outputs : [];
  if (output?.kind === "image") {
    return (
      <img
        alt={altOf(generation)}
        className="size-12 rounded-md bg-muted object-cover"
        src={output.thumbnailUrl ?? output.url}
      />
    );
  }
  return (
    <span className="flex size-12 shrink-0 items-center justify-center rounded-md bg-muted text-muted-foreground [&_svg]:size-5">
      {generation.status === "completed" ? <ReadyIcon /> : <ProblemIcon />}
    </span>
  );
}

function titleOf({ status, kind }: TerminalGeneration): string {
  if (status === "failed") return `Your ${kind} failed`;
  if (status === "canceled") return `Your ${kind} was canceled`;
  return `Your ${kind} is ready`;
}
