import type { Environment } from "../environment.js";
import { maxBackoffMs } from "../requests/backoff.js";
import { pause } from "../requests/pause.js";

type LiveCalls = typeof import("./live-calls.js");

/** Options of `lateIterable`. */
export interface LateIterableOptions<Value> {
  readonly environment: Environment;
  readonly signal: AbortSignal | undefined;
  /** Opens the iterable, whose iterations end without an error when the signal aborts. */
  readonly open: (calls: LiveCalls) => AsyncIterable<Value>;
}

const minDelayMs = 1_000;

/** Makes an iterable whose code is in the chunk that watches. An iteration loads the chunk at its first `next`. */
export function lateIterable<Value>({ environment, signal, open }: LateIterableOptions<Value>): AsyncIterable<Value> {
  return {
    [Symbol.asyncIterator]: () => {
      let loading: Promise<AsyncIterator<Value>> | undefined;
      let iterator: AsyncIterator<Value> | undefined;
      let isLeft = false;
      const end: IteratorResult<Value> = { done: true, value: undefined };
      return {
        next: async () => {
          loading ??= load(environment, signal).then((calls) => open(calls)[Symbol.asyncIterator]());
          // Only the signal ends the attempts to load.
          iterator ??= await loading.catch(() => undefined);
          return isLeft || iterator === undefined ? end : iterator.next();
        },
        return: async () => {
          isLeft = true;
          await iterator?.return?.();
          return end;
        },
      };
    },
  };
}

/** Loads the chunk. Retries until it can be loaded, since a deployment may have removed it. */
async function load(environment: Environment, signal: AbortSignal | undefined): Promise<LiveCalls> {
  for (let ms = minDelayMs; ; ms = Math.min(2 * ms, maxBackoffMs)) {
    try {
      return await import("./live-calls.js");
    } catch {
      await pause(environment, { ms, signal, until: () => environment.isOpen() });
    }
  }
}
