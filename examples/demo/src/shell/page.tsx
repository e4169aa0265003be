import { type ReactNode, useEffect, useRef } from "react";

let isFirstPage = true;

/** One page: its name in the tab, and the focus on its heading after a walk, so that a screen reader says where it is. */
export function Page(props: { readonly title: string; readonly className: string; readonly children: ReactNode }) {
  const { title, className, children } = props;
  const main = useRef<HTMLElement>(null);
  useEffect(() => {
    document.title = title === "Studio" ? "Safelight" : `${title} · Safelight`;
    if (isFirstPage) {
      isFirstPage = false;
      return;
    }
    window.scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [title]);
  return (
    <main id="main" ref={main} className={`page ${className}`} tabIndex={-1} aria-label={title}>
      {children}
    </main>
  );
}
