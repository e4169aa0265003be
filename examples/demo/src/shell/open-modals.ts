import { useEffect, useSyncExternalStore } from "react";

let count = 0;
const listeners = new Set<() => void>();

/** Counts the calling dialog as open while it is mounted. */
export function useCountedModal(): void {
  useEffect(() => {
    change(1);
    return () => change(-1);
  }, []);
}

/** Whether a modal dialog covers the page. */
export function useIsModalOpen(): boolean {
  return useSyncExternalStore(subscribe, () => count > 0);
}

function change(by: 1 | -1): void {
  count += by;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
