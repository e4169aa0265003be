import { useCallback, useEffect, useState } from "react";
import { useActiveGeneration } from "../hooks";

/** A text and its author. */
interface Draft {
  /** `ownerTag` of the user who wrote it; `null` while unknown. */
  readonly owner: string | null;
  readonly text: string;
}

const noDraft: Draft = { owner: null, text: "" };

/**
 * A text that survives a reload of the tab, and is not shown to another user who signs in there.
 *
 * @param storageKey its key in `sessionStorage`.
 */
export function useDraft(storageKey: string): readonly [text: string, setText: (text: string) => void] {
  const { ownerTag: owner } = useActiveGeneration();
  // Read the draft after the first render, which must equal the HTML of the server.
  const [draft, setDraft] = useState(noDraft);
  useEffect(() => {
    if (owner === null) return;
    const stored = readDraft(storageKey);
    // A draft without an owner was written before the first response.
    const text = stored.owner === owner || stored.owner === null ? stored.text : "";
    writeDraft(storageKey, { owner, text });
    setDraft((current) => (current.owner === owner ? current : { owner, text }));
  }, [owner, storageKey]);
  const setText = useCallback(
    (text: string) => {
      setDraft({ owner, text });
      writeDraft(storageKey, { owner, text });
    },
    [owner, storageKey],
  );
  const isShown = draft.owner === owner || draft.owner === null;
  return [isShown ? draft.text : "", setText];
}

function readDraft(storageKey: string): Draft {
  try {
    const { owner = null, text = "" }: Partial<Draft> = JSON.parse(sessionStorage.getItem(storageKey) ?? "{}");
    return { owner, text };
  } catch {
    // The browser blocks storage: the draft lasts until the page is closed.
    return noDraft;
  }
}

function writeDraft(storageKey: string, draft: Draft): void {
  try {
    if (draft.text === "") sessionStorage.removeItem(storageKey);
    else sessionStorage.setItem(storageKey, JSON.stringify(draft));
  } catch {
    // The browser blocks storage, or it is full.
  }
}
