import type { SafelightError } from "@safelight/client";
import { useEffect, useEffectEvent, useRef } from "react";
import { describeProblem } from "../text/describe-problem.ts";

export interface LoadMoreProps {
  /** Cursor of the next page. Each page is loaded by scrolling once: a failed load is repeated by the button, or by scrolling back to it. */
  readonly cursor: string;
  /** Of the last load; `null` without one. */
  readonly error: SafelightError | null;
  readonly isLoading: boolean;
  readonly onMore: () => void;
}

/** Loads the next page when the end of the list is near, or by its button. */
export function LoadMore({ cursor, error, isLoading, onMore }: LoadMoreProps) {
  const button = useRef<HTMLButtonElement>(null);
  /** Cursor of the page that the visible button has loaded. */
  const requested = useRef<string | null>(null);
  const more = useEffectEvent(() => {
    if (!isLoading) onMore();
  });
  useEffect(() => {
    if (button.current === null || isLoading) return;
    // A new observer reports a visible button at once, also after a failed load.
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting !== true) requested.current = null;
        else if (requested.current !== cursor) {
          requested.current = cursor;
          more();
        }
      },
      { rootMargin: "600px" },
    );
    observer.observe(button.current);
    return () => observer.disconnect();
  }, [cursor, isLoading]);
  return (
    <>
      {error !== null && <p role="alert">{describeProblem(error)}</p>}
      <button ref={button} type="button" className="button load-more" aria-disabled={isLoading} onClick={() => more()}>
        {isLoading ? "Loading…" : "Show more"}
      </button>
    </>
  );
}
