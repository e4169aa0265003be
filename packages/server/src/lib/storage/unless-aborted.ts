/**
 * Waits for what reads a body. Once the signal is aborted the body may be gone, so that whatever became of the work is
 * beside the point.
 *
 * @throws the reason of the signal where it is aborted by then, and else what the work throws.
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
