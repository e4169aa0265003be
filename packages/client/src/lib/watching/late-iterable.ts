import type { Environment } from "../environment.js";
import { onAbort } from "../requests/abort.js";
import { backoffMs } from "../requests/backoff.js";
import { firstOf } from "../requests/first-of.js";
import { pause } from "../requests/pause.js";

type LiveCalls = typeof import("./live-calls.js");

/** Options of `lateIterable`. */
export interface LateIterableOptions<Value> {
  readonly environment: Environment;
  readonly loadLate: () => Promise<LiveCalls>;
  readonly signal: AbortSignal | undefined;
  /** Opens one iteration, which ends when its signal aborts. */
  readonly open: (calls: LiveCalls, signal: AbortSignal) => AsyncIterable<Value>;
}

/**
 * Creates an iterable whose code is in the late chunk. Each iteration loads the chunk at its first `next`. Its signal aborts
 * with the caller's signal, and when the loop is left, even while it awaits the next value. An abort ends the iteration
 * without an error.
 */
export function lateIterable<Value>(options: LateIterableOptions<Value>): AsyncIterable<Value> {
  return {
    [Symbol.asyncIterator]: () => {
      const controller = new AbortController();
      const values = iterate(options, controller);
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
  { environment, loadLate, signal, open }: LateIterableOptions<Value>,
  controller: AbortController,
): AsyncGenerator<Value, undefined> {
  const own = controller.signal;
  const unsubscribe = onAbort(signal, (reason) => controller.abort(reason));
  try {
    for (let failures = 0; ; failures += 1) {
      // A deployment may have removed the chunk, and the import may hang.
      const calls = await firstOf<LiveCalls | null>((resolve) => {
        const fail = () => resolve(null);
        loadLate().then(resolve, fail);
        return [onAbort(own, fail)];
      });
      if (calls !== null) return yield* open(calls, own);
      // Rejects if the signal has aborted.
      await pause(environment, { ms: backoffMs(environment, failures), signal: own, until: environment.isOpen });
    }
  } catch (error) {
    if (!own.aborted) throw error;
  } finally {
    unsubscribe();
  }
}
