import { useSyncExternalStore } from "react";

/** A value that belongs to this tab: it outlives a reload, and other tabs have their own. */
export interface TabStore<Value> {
  read(): Value;
  write(value: Value): void;
  /** A part of the value, read again when it changes. */
  use<Part>(select: (value: Value) => Part): Part;
}

/**
 * Keeps a value in sessionStorage.
 *
 * @param parse makes sense of what was stored, or of `null` when nothing was.
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
        // More than the browser stores for a page: the value lives as long as this page does.
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
