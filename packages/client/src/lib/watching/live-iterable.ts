import { onAbort } from "../requests/abort.js";

/** Emits a value. An unread value with the same key is replaced. */
export type Emit<Value> = (value: Value, key: string) => void;

/** A source of values: emits until it resolves or its signal aborts. */
export type Source<Value> = (signal: AbortSignal, emit: Emit<Value>) => Promise<void>;

/** Key of a value that replaces every unread value with a key that starts with `gen_`. */
export const snapshotKey = "snapshot";

/**
 * Makes an iterable of a source that pushes. Each iteration runs the source once, under a signal that aborts with the
 * caller's and when the iteration is left, even while the next value is awaited. An abort ends the iteration without an
 * error. Unread values are bounded: there is at most one for each key, the newest.
 */
export function liveIterable<Value>(signal: AbortSignal | undefined, source: Source<Value>): AsyncIterable<Value> {
  return {
    [Symbol.asyncIterator]: () => {
      const controller = new AbortController();
      const values = iterate({ signal, controller, source });
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

interface Iteration<Value> {
  readonly signal: AbortSignal | undefined;
  readonly controller: AbortController;
  readonly source: Source<Value>;
}

async function* iterate<Value>({ signal, controller, source }: Iteration<Value>): AsyncGenerator<Value, undefined> {
  const unread = new Map<string, Value>();
  const own = controller.signal;
  let wake = () => {};
  let end: { readonly error?: unknown } | undefined;
  const finish = (ended: { readonly error?: unknown }) => {
    end = ended;
    wake();
  };
  const emit: Emit<Value> = (value, key) => {
    if (key === snapshotKey) for (const other of unread.keys()) if (other.startsWith("gen_")) unread.delete(other);
    // The order of the keys is the order of the newest values.
    unread.delete(key);
    unread.set(key, value);
    wake();
  };
  const unsubscribes = [onAbort(signal, (reason) => controller.abort(reason)), onAbort(own, () => wake())];
  const running = source(own, emit).then(
    () => finish({}),
    (error) => finish({ error }),
  );
  try {
    while (!own.aborted) {
      const [next] = unread;
      if (next !== undefined) {
        unread.delete(next[0]);
        yield next[1];
      } else if (end === undefined) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      } else if (end.error === undefined) return;
      else throw end.error;
    }
  } finally {
    controller.abort();
    for (const unsubscribe of unsubscribes) unsubscribe();
    await running;
  }
}
