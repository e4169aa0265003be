"use client";

import { useActiveGeneration, useTitleBadge } from "../hooks";
import { focusRing } from "../styles/buttons";

export interface ActivePillProps {
  /** The page or the part of a page that shows the generations. @default "#generations" */
  readonly href?: string;
}

/** "2 developing, 1 ready", as a link to the generations; nothing if there are none. Adds a badge to the title of the page. */
export function ActivePill({ href = "#generations" }: ActivePillProps) {
  const { count, unseen } = useActiveGeneration();
  useTitleBadge();
  const ready = unseen.filter(({ status }) => status === "completed").length;
  const parts = [count > 0 ? `${count} developing` : null, ready > 0 ? `${ready} ready` : null];
  const text = parts.filter((part) => part !== null).join(", ");
  if (text === "") return null;
  return (
    <a
      className={`inline-flex min-h-9 items-center gap-2 rounded-full border border-border bg-card px-3 py-1.5 text-sm font-medium text-card-foreground no-underline tabular-nums hover:bg-accent hover:text-accent-foreground ${focusRing}`}
      data-slot="active-pill"
      data-status={count > 0 ? "active" : "ready"}
      href={href}
    >
      <span aria-hidden="true" className="relative flex size-2">
        {count > 0 && <span className="absolute inset-0 rounded-full bg-primary opacity-60 motion-safe:animate-ping" />}
        <span className="relative size-2 rounded-full bg-primary" />
      </span>
      {text}
    </a>
  );
}
