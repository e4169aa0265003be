import { useCallback, useEffect, useState } from "react";

/**
 * A text that survives a reload of the tab.
 *
 * @param storageKey its key in `sessionStorage`.
 */
export function useDraft(storageKey: string): readonly [text: string, setText: (text: string) => void] {
  // Read the draft after the first render, which must equal the HTML of the server.
  const [text, show] = useState("");
  useEffect(() => show(readDraft(storageKey)), [storageKey]);
  const setText = useCallback(
    (next: string) => {
      show(next);
      writeDraft(storageKey, next);
    },
    [storageKey],
  );
  return [text, setText];
}

function readDraft(storageKey: string): string {
  try {
    return sessionStorage.getItem(storageKey) ?? "";
  } catch {
    // The browser blocks storage: the draft lasts until the page is closed.
    return "";
  }
}

function writeDraft(storageKey: string, text: string): void {
  try {
    if (text === "") sessionStorage.removeItem(storageKey);
    else sessionStorage.setItem(storageKey, text);
  } catch {
    // The browser blocks storage, or it is full.
  }
}
