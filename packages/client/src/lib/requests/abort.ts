/** What may end some work early. */
export interface EarlyEnd {
  /** The caller's signal. */
  readonly signal: AbortSignal | undefined;
  /** Sets up what else may abort the work, and returns what takes it down again. */
  readonly arm: (abort: (reason: unknown) => void) => () => void;
}

/**
 * Does some work under a signal of its own. Rejects with the reason as soon as that is aborted, also when the work does
 * not listen; work that is aborted already is not begun.
 */
export function underSignal<Result>(
  { signal, arm }: EarlyEnd,
  work: (own: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  let disarm = () => {};
  let unfollow = () => {};
  return new Promise<Result>((resolve, reject) => {
    const abort = (reason: unknown) => {
      reject(reason);
      controller.abort(reason);
    };
    unfollow = onAbort(signal, abort);
    if (controller.signal.aborted) return;
    disarm = arm(abort);
    work(controller.signal).then(resolve, reject);
  }).finally(() => {
    disarm();
    unfollow();
  });
}

/**
 * Tells when a signal is aborted, at once when it is already, until the returned function is called. `AbortSignal.any`
 * would do where there is one; this does everywhere, and leaves no listener behind on a signal that outlives the work.
 */
export function onAbort(signal: AbortSignal | undefined, listener: (reason: unknown) => void): () => void {
  if (signal === undefined) return () => {};
  const abort = () => listener(reasonOf(signal));
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort);
  return () => signal.removeEventListener("abort", abort);
}

/** Why a signal was aborted. Some runtimes keep no reason. */
export function reasonOf(signal: AbortSignal): unknown {
  return signal.reason ?? Object.assign(new Error("Aborted"), { name: "AbortError" });
}
