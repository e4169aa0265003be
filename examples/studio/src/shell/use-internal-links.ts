import { useEffect } from "react";
import { useLocation } from "wouter";

/** Follows each link to a page of the studio without loading the document again, also those of the blocks. */
export function useInternalLinks(): void {
  const [, navigate] = useLocation();
  useEffect(() => {
    const follow = (event: MouseEvent) => {
      const link = event.target instanceof Element ? event.target.closest("a") : null;
      const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
      if (link === null || !isPlain || event.defaultPrevented) return;
      const isOther = link.origin !== location.origin || link.target !== "" || link.hasAttribute("download");
      if (isOther || link.hash !== "" || /^\/(admin|api)\b/.test(link.pathname)) return;
      event.preventDefault();
      navigate(`${link.pathname}${link.search}`);
      scrollTo({ top: 0 });
    };
    document.addEventListener("click", follow);
    return () => document.removeEventListener("click", follow);
  }, [navigate]);
}
