"use client";

import { useEffect, useRef } from "react";
import { outlineButton } from "../styles/buttons";

export interface LoadMoreProps {
  /** Cursor of the next page. */
  readonly cursor: string | null | undefined;
  readonly isLoading: boolean;
  readonly onMore: () => void;
}

/**
 * A button that loads the next page when it is pressed, or scrolled within 400 px of the viewport. Scrolling requests each page
 * once. After a failure, the button, or scrolling away and back, requests it again.
 */
export function LoadMore({ cursor, isLoading, onMore }: LoadMoreProps) {
  const button = useRef<HTMLButtonElement>(null);
  // Reset when the button leaves the viewport. Without it, the new observer of a failed load would request the page again at
  // once, because it reports a visible button.
  const requestedByScroll = useRef<LoadMoreProps["cursor"]>(null);
  useEffect(() => {
    const element = button.current;
    if (element === null || isLoading || typeof IntersectionObserver === "undefined") return undefined;
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting !== true) requestedByScroll.current = null;
        else if (requestedByScroll.current !== cursor) {
          requestedByScroll.current = cursor;
          onMore();
        }
      },
      { rootMargin: "400px" },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [cursor, isLoading, onMore]);
  return (
    <button
      ref={button}
      type="button"
      className={`${outlineButton} self-center`}
      aria-disabled={isLoading}
      onClick={() => !isLoading && onMore()}
    >
      {isLoading ? "Loading…" : "Load more"}
    </button>
  );
}
