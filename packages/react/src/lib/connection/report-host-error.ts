const here: { readonly reportError?: (error: unknown) => void } = globalThis;

/** Reports an error of the host's callback or listener to the host's error handling, as if it were thrown in an event handler. */
export function reportHostError(error: unknown): void {
  if (here.reportError) here.reportError(error);
  else {
    queueMicrotask(() => {
      throw error;
    });
  }
}
