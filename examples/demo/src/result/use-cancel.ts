import type { Generation } from "@safelight/client/contract";
import { useSyncExternalStore } from "react";
import { useToast } from "../notices/toasts.tsx";
import { client } from "../safelight.ts";
import { describeProblem } from "../text/describe-problem.ts";

// Module state, so that all components show the same generation as canceling.
let requested: ReadonlySet<string> = new Set();
const listeners = new Set<() => void>();

/** Whether a cancel of this generation was requested, on this page or elsewhere. */
export function useIsCanceling({ id, cancelRequestedAt }: Generation): boolean {
  const isRequested = useSyncExternalStore(subscribe, () => requested.has(id));
  return isRequested || cancelRequestedAt !== null;
}

/** Requests the cancel of a generation once; shows a failure as a message. */
export function useCancel(): (id: string) => Promise<void> {
  const toast = useToast();
  return async (id) => {
    if (requested.has(id)) return;
    change(new Set([...requested, id]));
    try {
      await client.cancel(id);
    } catch (error) {
      toast({ title: "It could not be canceled", detail: describeProblem(error) });
      change(new Set([...requested].filter((other) => other !== id)));
    }
  };
}

function change(next: ReadonlySet<string>): void {
  requested = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
