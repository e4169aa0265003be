import type { SafelightError } from "@safelight/client";
import { useEffect, useEffectEvent, useRef } from "react";
import { describeProblem } from "../text/describe-problem.ts";

export interface LoadMoreProps {
  /** Cursor of the next page. */
  readonly cursor: string;
  /** Why the next page could not be loaded; `null` if its last load did not fail. */
  readonly error: SafelightError | null;
  readonly isLoading: boolean;
  readonly onMore: () => void;
}

/**
 * Loads the next page when the end of the list is near, or by its button. Scrolling requests each page once. After a failure, the
 * button, or scrolling away and back, requests it again.
 */
export function LoadMore({ cursor, error, isLoading, onMore }: LoadMoreProps) {
  const button = useRef<HTMLButtonElement>(null);
  // Reset when the button leaves the viewport. Without it, the new observer of a failed load would request the page again at
  // once, because it reports a visible button.
  const requestedByScroll = useRef<string | null>(null);
  const more = useEffectEvent(() => {
    if (!isLoading) onMore();
  });
  useEffect(() => {
    if (button.current === null || isLoading) return;
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting !== true) requestedByScroll.current = null;
        else if (requestedByScroll.current !== cursor) {
          requestedByScroll.current = cursor;
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
