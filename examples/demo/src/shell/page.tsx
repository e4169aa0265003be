import { type ReactNode, useEffect, useRef } from "react";
import { useActiveGeneration, useProgress } from "../safelight.ts";
import { setTabTitle } from "./tab-title.ts";

let isFirstPage = true;

/** One page: its name in the tab, and the focus on its heading after a walk, so that a screen reader says where it is. */
export function Page(props: { readonly title: string; readonly className: string; readonly children: ReactNode }) {
  const { title, className, children } = props;
  const main = useRef<HTMLElement>(null);
  const { generations } = useActiveGeneration();
  const { percent } = useProgress(generations[0]);
  const developing = percent === null ? "" : `${percent}% · `;
  useEffect(() => {
    setTabTitle(`${developing}${title === "Studio" ? "Safelight" : `${title} · Safelight`}`);
  }, [title, developing]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another title is another page
  useEffect(() => {
    if (isFirstPage) {
      isFirstPage = false;
      return;
    }
    window.scrollTo({ top: 0, behavior: "instant" });
    main.current?.focus({ preventScroll: true });
  }, [title]);
  return (
    <main id="main" ref={main} className={`page ${className}`} tabIndex={-1} aria-label={title}>
      {children}
    </main>
  );
}
