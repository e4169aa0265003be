import { useEffect, useEffectEvent, useRef } from "react";

/** Loads the next page when the end of the list is near, or by its button. */
export function LoadMore({ isLoading, onMore }: { readonly isLoading: boolean; readonly onMore: () => void }) {
  const button = useRef<HTMLButtonElement>(null);
  const more = useEffectEvent(() => {
    if (!isLoading) onMore();
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: observes again after a page, whose end may still be visible
  useEffect(() => {
    if (button.current === null) return;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && more(), { rootMargin: "600px" });
    observer.observe(button.current);
    return () => observer.disconnect();
  }, [isLoading]);
  return (
    <button ref={button} type="button" className="button load-more" aria-disabled={isLoading} onClick={() => more()}>
      {isLoading ? "Loading…" : "Show more"}
    </button>
  );
}
