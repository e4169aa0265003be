import type { Generation } from "@safelight/client/contract";
import { useSyncExternalStore } from "react";
import { useToast } from "../notices/toasts.tsx";
import { client } from "../safelight.ts";
import { describeProblem } from "../text/describe-problem.ts";

// Above the components: every part of the page shows the same generation as canceling.
let asked: ReadonlySet<string> = new Set();
const listeners = new Set<() => void>();

/** Whether a cancel of this generation was asked for, here or on any device. */
export function useIsCanceling({ id, cancelRequestedAt }: Generation): boolean {
  const isAsked = useSyncExternalStore(subscribe, () => asked.has(id));
  return isAsked || cancelRequestedAt !== null;
}

/** Cancels generations, once each; a refusal is shown as a message. */
export function useCancel(): (id: string) => Promise<void> {
  const toast = useToast();
  return async (id) => {
    if (asked.has(id)) return;
    change(new Set([...asked, id]));
    try {
      await client.cancel(id);
    } catch (error) {
      toast({ title: "It could not be canceled", detail: describeProblem(error) });
      change(new Set([...asked].filter((other) => other !== id)));
    }
  };
}

function change(next: ReadonlySet<string>): void {
  asked = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
