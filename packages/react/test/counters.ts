import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { onTestFinished } from "vitest";

/** A connection, or an emitter. */
interface Subscribable<Listener> {
  subscribe: (listener: Listener) => () => void;
}

// Vitest's spies retain their arguments, which these tests must see garbage-collected.

/** Replaces a method until the end of the test. */
function replace<Target extends object, Name extends keyof Target>(
  target: Target,
  name: Name,
  replacement: Target[Name],
): void {
  const original = target[name];
  target[name] = replacement;
  onTestFinished(() => {
    target[name] = original;
  });
}

/** Counts listeners of the page that are added from now on. */
export function countListeners(): () => number {
  const listeners = new Set<string>();
  const names = new WeakMap<object, number>();
  let last = 0;
  const nameOf = (type: string, listener: unknown) => {
    // `null` is never passed here, and two listeners are two objects.
    const key = listener as object;
    if (!names.has(key)) names.set(key, ++last);
    return `${type} ${names.get(key)}`;
  };
  for (const target of [window, document] as EventTarget[]) {
    const { addEventListener, removeEventListener } = target;
    replace(target, "addEventListener", (type, listener, options) => {
      listeners.add(nameOf(type, listener));
      addEventListener.call(target, type, listener, options);
    });
    replace(target, "removeEventListener", (type, listener, options) => {
      listeners.delete(nameOf(type, listener));
      removeEventListener.call(target, type, listener, options);
    });
  }
  return () => listeners.size;
}

/** Counts pending timers that are set from now on. */
export function countTimers(): () => number {
  const waiting = new Set<unknown>();
  const { setTimeout, clearTimeout, setInterval, clearInterval } = globalThis;
  const note = <Timer>(timer: Timer): Timer => {
    waiting.add(timer);
    return timer;
  };
  const setCounted = (run: (...rest: unknown[]) => void, ms?: number, ...rest: unknown[]) => {
    const timer = note(
      setTimeout(() => {
        waiting.delete(timer);
        run(...rest);
      }, ms),
    );
    return timer;
  };
  // Node's `setTimeout` has a promisified form, which is unused here.
  replace(globalThis, "setTimeout", setCounted as typeof setTimeout);
  replace(globalThis, "setInterval", ((run: () => void, ms?: number) => note(setInterval(run, ms))) as never);
  replace(globalThis, "clearTimeout", (timer) => {
    waiting.delete(timer);
    clearTimeout(timer);
  });
  replace(globalThis, "clearInterval", (timer) => {
    waiting.delete(timer);
    clearInterval(timer);
  });
  return () => waiting.size;
}

/** Counts subscribers from now on. */
export function countSubscribers<Listener>(source: Subscribable<Listener>): () => number {
  const { subscribe } = source;
  let count = 0;
  replace(source, "subscribe", (listener) => {
    const unsubscribe = subscribe(listener);
    count += 1;
    return () => {
      count -= 1;
      unsubscribe();
    };
  });
  return () => count;
}

/** Counts the given objects that were not garbage-collected. */
export function countRetained(): { readonly note: (held: object) => void; readonly retained: () => Promise<number> } {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const references: WeakRef<object>[] = [];
  return {
    note: (held) => void references.push(new WeakRef(held)),
    retained: async () => {
      // A dereferenced WeakRef retains its target until the end of the turn.
      for (let turn = 0; turn < 3; turn += 1) {
        await new Promise((resolve) => setImmediate(resolve));
        collect();
      }
      return references.filter((reference) => reference.deref() !== undefined).length;
    },
  };
}
