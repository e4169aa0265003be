// React Native has neither events nor a document.
const here: Partial<typeof globalThis> = globalThis;

/** True only where there is a page and nobody sees it. */
export function isPageHidden(): boolean {
  return here.document?.visibilityState === "hidden";
}

/** Calls back when the page was shown or hidden, until the returned function is called. */
export function onPageVisibility(listener: () => void): () => void {
  here.document?.addEventListener("visibilitychange", listener);
  return () => here.document?.removeEventListener("visibilitychange", listener);
}
