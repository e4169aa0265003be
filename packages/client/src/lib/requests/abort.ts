/** Sources that can abort an operation. */
export interface AbortSources {
  /** The caller's signal. */
  readonly signal: AbortSignal | undefined;
  /** Registers another source, such as a timer, and returns a function that removes it. */
  readonly arm: (abort: (reason: unknown) => void) => () => void;
}

/**
 * Runs work under its own signal. Rejects with the reason as soon as that signal aborts, even if the work ignores it.
 * Does not start work that is already aborted.
 */
export function underSignal<Result>(
  { signal, arm }: AbortSources,
  work: (own: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  let disarm = () => {};
  let unsubscribe = () => {};
  return new Promise<Result>((resolve, reject) => {
    const abort = (reason: unknown) => {
      reject(reason);
      controller.abort(reason);
    };
    unsubscribe = onAbort(signal, abort);
    if (controller.signal.aborted) return;
    disarm = arm(abort);
    work(controller.signal).then(resolve, reject);
  }).finally(() => {
    disarm();
    unsubscribe();
  });
}

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
