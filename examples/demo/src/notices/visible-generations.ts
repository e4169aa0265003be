import type { TerminalGeneration } from "@safelight/client/contract";
import { useEffect, useEffectEvent, useSyncExternalStore } from "react";
import { useActiveGeneration } from "../safelight.ts";

type Predicate = (generation: TerminalGeneration) => boolean;

/** Predicates of the mounted components. */
const predicates = new Set<Predicate>();

/**
 * Declares which generations a component shows. A generation that ends while it is shown is marked as seen on every device
 * and gets no notice; see `notices.tsx`.
 */
export function useVisibleGenerations(shows: Predicate): void {
  const { unseen, markSeen } = useActiveGeneration();
  const isVisible = useSyncExternalStore(subscribe, () => document.visibilityState === "visible");
  // Without dependencies: the predicate closes over the state of each render.
  useEffect(() => {
    predicates.add(shows);
    return () => void predicates.delete(shows);
  });
  const ids = unseen
    .filter(shows)
    .map(({ id }) => id)
    .join(" ");
  const mark = useEffectEvent(() => markSeen(ids.split(" ")));
  useEffect(() => {
    if (ids !== "" && isVisible) void mark();
  }, [ids, isVisible]);
}

/** Whether any component of this page shows the generation. */
export function isVisibleOnPage(generation: TerminalGeneration): boolean {
  return [...predicates].some((shows) => shows(generation));
}

function subscribe(listener: () => void): () => void {
  document.addEventListener("visibilitychange", listener);
  return () => document.removeEventListener("visibilitychange", listener);
}
