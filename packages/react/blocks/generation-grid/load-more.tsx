"use client";

import { useEffect, useRef } from "react";
import { outlineButton } from "../styles/buttons";

export interface LoadMoreProps {
  readonly isLoading: boolean;
  readonly onMore: () => void;
}

/** A button that loads the next page when it is pressed, or scrolled within 400 px of the viewport. */
export function LoadMore({ isLoading, onMore }: LoadMoreProps) {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const element = button.current;
    if (element === null || isLoading || typeof IntersectionObserver === "undefined") return undefined;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && onMore(), { rootMargin: "400px" });
    observer.observe(element);
    return () => observer.disconnect();
  }, [isLoading, onMore]);
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
