/**
 * Waits for work, but rejects once a signal aborts. The work itself may continue; pass it the same signal to stop it.
 *
 * @throws the signal's reason once it aborts.
 */
export function interruptible<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const interrupt = (): void => reject(signal.reason);
    if (signal.aborted) interrupt();
    else signal.addEventListener("abort", interrupt, { once: true });
    // A host without types may return a plain value, or an object with a `then` of its own.
    Promise.resolve(work)
      .then(resolve, reject)
      .finally(() => signal.removeEventListener("abort", interrupt));
  });
}
