import { onAbort } from "../requests/abort.js";
import { linkedController } from "../requests/linked-controller.js";

/** Emits a value. An unread value with the same key is replaced. */
export type Emit<Value> = (value: Value, key: string) => void;

/** A source of values: emits until it resolves or its signal aborts. */
export type Source<Value> = (signal: AbortSignal, emit: Emit<Value>) => Promise<void>;

/** Key of a value that replaces every unread value with a key that starts with `gen_`. */
export const snapshotKey = "snapshot";

/**
 * Reads a source that pushes, from the first `next` on. Its signal aborts with the caller's and when the iteration is left.
 * An abort ends the iteration without an error. Unread values are bounded: there is at most one for each key, the newest.
 */
export async function* unreadValues<Value>(
  signal: AbortSignal,
  source: Source<Value>,
): AsyncGenerator<Value, undefined> {
  const unread = new Map<string, Value>();
  const [controller, unlink] = linkedController(signal);
  const own = controller.signal;
  let wake = () => {};
  let isRunning = true;
  const emit: Emit<Value> = (value, key) => {
    if (key === snapshotKey) for (const other of unread.keys()) if (other.startsWith("gen_")) unread.delete(other);
    // The order of the keys is the order of the newest values.
    unread.delete(key);
    unread.set(key, value);
    wake();
  };
  onAbort(own, () => wake());
  const running = source(own, emit).finally(() => {
    isRunning = false;
    wake();
  });
  // Its error is thrown below, unless the signal has aborted.
  running.catch(() => {});
  try {
    while (!own.aborted && (isRunning || unread.size > 0)) {
      const [next] = unread;
      if (next !== undefined) {
        unread.delete(next[0]);
        yield next[1];
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
    if (!own.aborted) await running;
  } finally {
    controller.abort();
    unlink();
    await running.catch(() => {});
  }
}
