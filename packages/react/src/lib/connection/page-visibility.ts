// React Native has neither events nor a document.
const here: Partial<typeof globalThis> = globalThis;

/** Whether there is a page, and it is hidden. */
export function isPageHidden(): boolean {
  return here.document?.visibilityState === "hidden";
}

/** Calls the listener when the page is shown or hidden, until the returned function is called. */
export function onPageVisibility(listener: () => void): () => void {
  here.document?.addEventListener("visibilitychange", listener);
  return () => here.document?.removeEventListener("visibilitychange", listener);
}
