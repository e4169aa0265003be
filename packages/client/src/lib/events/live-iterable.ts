import { onAbort } from "../requests/abort.js";

/**
 * Makes an iterable of what a loop yields. Each iteration runs a loop of its own, which gets a signal of its own: it is
 * aborted when the caller's is, and when the iteration is left, even while the next value is awaited. An abort ends
 * the iteration quietly, and nothing comes after it.
 */
export function liveIterable<Value>(
  signal: AbortSignal | undefined,
  run: (signal: AbortSignal) => AsyncIterable<Value>,
): AsyncIterable<Value> {
  return {
    [Symbol.asyncIterator]: () => {
      const controller = new AbortController();
      const values = iterate(signal, controller, run);
      return {
        next: () => values.next(),
        return: () => {
          controller.abort();
          return values.return(undefined);
        },
      };
    },
  };
}

async function* iterate<Value>(
  signal: AbortSignal | undefined,
  controller: AbortController,
  run: (signal: AbortSignal) => AsyncIterable<Value>,
): AsyncGenerator<Value, undefined> {
  const unfollow = onAbort(signal, (reason) => controller.abort(reason));
  try {
    for await (const value of run(controller.signal)) {
      if (controller.signal.aborted) return;
      yield value;
    }
  } catch (error) {
    if (!controller.signal.aborted) throw error;
  } finally {
    unfollow();
  }
}
