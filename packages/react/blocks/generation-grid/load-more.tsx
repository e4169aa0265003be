"use client";

import { useEffect, useRef } from "react";
import { outlineButton } from "../styles/buttons";

export interface LoadMoreProps {
  /** Cursor of the next page. Each page is loaded by scrolling once: a failed load is repeated by the button, or by scrolling back to it. */
  readonly cursor: string;
  readonly isLoading: boolean;
  readonly onMore: () => void;
}

/** A button that loads the next page when it is pressed, or scrolled within 400 px of the viewport. */
export function LoadMore({ cursor, isLoading, onMore }: LoadMoreProps) {
  const button = useRef<HTMLButtonElement>(null);
  /** Cursor of the page that the visible button has loaded. */
  const requested = useRef<string | null>(null);
  useEffect(() => {
    const element = button.current;
    if (element === null || isLoading || typeof IntersectionObserver === "undefined") return undefined;
    // A new observer reports a visible button at once, also after a failed load.
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting !== true) requested.current = null;
        else if (requested.current !== cursor) {
          requested.current = cursor;
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
