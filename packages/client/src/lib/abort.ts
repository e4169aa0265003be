/**
 * Aborts the controller when the signal does, until the returned function is called. `AbortSignal.any` would do where
 * there is one; this does everywhere, and leaves no listener behind on a signal that outlives the call.
 */
export function follow(signal: AbortSignal | undefined, controller: AbortController): () => void {
  const abort = () => controller.abort(signal?.reason);
  if (signal?.aborted) abort();
  signal?.addEventListener("abort", abort);
  return () => signal?.removeEventListener("abort", abort);
}

/** Why a signal was aborted. Some runtimes keep no reason. */
export function reasonOf(signal: AbortSignal): unknown {
  return signal.reason ?? Object.assign(new Error("This operation was aborted"), { name: "AbortError" });
}

/** Settles as the work does, or rejects as soon as the signal is aborted, also when the work does not listen to it. */
export async function untilAborted<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
  if (signal.aborted) throw reasonOf(signal);
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(reasonOf(signal));
  });
  signal.addEventListener("abort", stop);
  try {
    return await Promise.race([aborted, work()]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
