import { type Generation, isTerminal } from "@safelight/client/contract";
import { type RefObject, useEffect, useRef } from "react";

/**
 * Scrolls an element into view when its generation ends, for a phone whose user has scrolled down. The focus does
 * not change, and a user who types is not interrupted. The stylesheet makes the scroll smooth, or instant with
 * `prefers-reduced-motion`.
 */
export function useScrollToResult(generation: Generation | null): RefObject<HTMLDivElement | null> {
  const ref = useRef<HTMLDivElement>(null);
  const wasActive = useRef(false);
  const isEnded = generation === null ? null : isTerminal(generation);
  useEffect(() => {
    if (isEnded && wasActive.current && !isTyping()) ref.current?.scrollIntoView({ block: "nearest" });
    wasActive.current = isEnded === false;
  }, [isEnded]);
  return ref;
}

function isTyping(): boolean {
  return document.activeElement instanceof HTMLTextAreaElement || document.activeElement instanceof HTMLInputElement;
}
