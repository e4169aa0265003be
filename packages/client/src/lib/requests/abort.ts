/**
 * Calls the listener when a signal aborts (at once if it already has), until the returned function is called. Unlike
 * `AbortSignal.any`, it runs on every runtime and leaves no listener on a signal that outlives the work.
 */
export function onAbort(signal: AbortSignal | undefined, listener: (reason: unknown) => void): () => void {
  if (signal === undefined) return () => {};
  const abort = () => listener(reasonOf(signal));
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort);
  return () => signal.removeEventListener("abort", abort);
}

/** The reason of an aborted signal. Some runtimes do not keep it. */
export function reasonOf(signal: AbortSignal): unknown {
  return signal.reason ?? Object.assign(new Error("Aborted"), { name: "AbortError" });
}
