import { useEffect, useEffectEvent, useRef } from "react";

/** Asks for the next page when the end comes near; a button says so too, for those who do not scroll. */
export function LoadMore({ isLoading, onMore }: { readonly isLoading: boolean; readonly onMore: () => void }) {
  const button = useRef<HTMLButtonElement>(null);
  const more = useEffectEvent(() => {
    if (!isLoading) onMore();
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a page that came leaves the end in sight on tall screens
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
