import { useEffect, useSyncExternalStore } from "react";

let count = 0;
const listeners = new Set<() => void>();

/** TestCounts the window that calls this among the open ones, for as long as it is mounted. */
export function useCountedModal(): void {
  useEffect(() => {
    change(1);
    return () => change(-1);
  }, []);
}

/** Whether a window lies over the page: what is behind it is out of reach. */
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
