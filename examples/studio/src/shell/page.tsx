import { type ReactNode, useEffect, useRef } from "react";

interface PageProps {
  readonly title: string;
  /** Beside the heading. */
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

/** The content of a path. It sets the title of the document, and its heading receives the focus after a navigation. */
export function Page({ title, aside, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Studio`;
  }, [title]);
  useEffect(() => {
    // After the first load, the focus stays at the top of the document.
    if (isNavigation) heading.current?.focus({ preventScroll: true });
    isNavigation = true;
  }, []);
  return (
    <main id="content" className="mx-auto flex w-full max-w-6xl flex-col gap-8 px-4 py-6 sm:px-6 sm:py-10">
      <div className="flex flex-wrap items-center gap-3">
        <h1
          ref={heading}
          tabIndex={-1}
          className="me-auto min-w-0 text-2xl font-semibold tracking-tight wrap-anywhere outline-none"
        >
          {title}
        </h1>
        {aside}
      </div>
      {children}
    </main>
  );
}

let isNavigation = false;
