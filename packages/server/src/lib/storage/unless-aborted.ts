/**
 * Waits for work that reads a body. After an abort the body may be gone, so the outcome of the work is ignored.
 *
 * @throws the signal's reason if it has aborted by then, and otherwise the error of the work.
 */
export async function unlessAborted<T>(signal: AbortSignal | undefined, work: Promise<T>): Promise<T> {
  try {
    const result = await work;
    signal?.throwIfAborted();
    return result;
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
