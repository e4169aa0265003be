import type { TerminalGeneration } from "@safelight/client/contract";
import { useEffect, useEffectEvent, useSyncExternalStore } from "react";
import { useActiveGeneration } from "../safelight.ts";

type Sight = (generation: TerminalGeneration) => boolean;

const sights = new Set<Sight>();

/**
 * Says which generations a part of the page shows. What has ended in sight is marked as seen, on every device, and no
 * message tells of it; see `notices.tsx`.
 */
export function useVisibleGenerations(shows: Sight): void {
  const { unseen, markSeen } = useActiveGeneration();
  const isVisible = useSyncExternalStore(subscribe, () => document.visibilityState === "visible");
  // Of each render: what is shown changes with it.
  useEffect(() => {
    sights.add(shows);
    return () => void sights.delete(shows);
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

/** Whether some part of this page shows it. */
export function isVisibleOnPage(generation: TerminalGeneration): boolean {
  return [...sights].some((shows) => shows(generation));
}

function subscribe(listener: () => void): () => void {
  document.addEventListener("visibilitychange", listener);
  return () => document.removeEventListener("visibilitychange", listener);
}
