import { useSyncExternalStore } from "react";

/** A value of this tab. It survives a reload and is not shared with other tabs. */
export interface TabStore<Value> {
  read(): Value;
  write(value: Value): void;
  /** Hook that selects a part of the value and renders when that part changes. */
  use<Part>(select: (value: Value) => Part): Part;
}

/**
 * Creates a store in `sessionStorage`.
 *
 * @param parse parses the stored value; receives `null` if there is none.
 */
export function createTabStore<Value>(key: string, parse: (stored: unknown) => Value): TabStore<Value> {
  let current: { readonly value: Value } | null = null;
  const listeners = new Set<() => void>();
  const read = (): Value => {
    current ??= { value: parse(readStored(key)) };
    return current.value;
  };
  const subscribe = (listener: () => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };
  return {
    read,
    write: (value) => {
      current = { value };
      try {
        sessionStorage.setItem(key, JSON.stringify(value));
      } catch {
        // Over the storage quota, the value lasts until the next page load.
      }
      for (const listener of listeners) listener();
    },
    use: (select) => useSyncExternalStore(subscribe, () => select(read())),
  };
}

function readStored(key: string): unknown {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? "null");
  } catch {
    return null;
  }
}
