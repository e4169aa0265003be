import { type ReactNode, useEffect, useRef } from "react";
import { useActiveGeneration, useProgress } from "../safelight.ts";
import { setTabTitle } from "./tab-title.ts";

let isFirstPage = true;

/** A page with its tab title. After a navigation it receives the focus, so that a screen reader announces it. */
export function Page(props: { readonly title: string; readonly className: string; readonly children: ReactNode }) {
  const { title, className, children } = props;
  const main = useRef<HTMLElement>(null);
  const { generations } = useActiveGeneration();
  const { percent } = useProgress(generations[0]);
  const developing = percent === null ? "" : `${percent}% · `;
  useEffect(() => {
    setTabTitle(`${developing}${title === "Studio" ? "Safelight" : `${title} · Safelight`}`);
  }, [title, developing]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new title is a new page
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
