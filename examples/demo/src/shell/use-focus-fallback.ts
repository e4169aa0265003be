import { type RefObject, useLayoutEffect, useRef } from "react";

/** Takes the focus when nothing better is there: the tray outlives every button in it. */
export const focusFallbackId = "tray";

/**
 * Hands the focus to an heir, the tray by default, when the element that has it or holds it goes away. A button that did
 * its work would leave it nowhere, and whoever uses the keyboard at the top of the page.
 */
export function useFocusFallback<Focused extends HTMLElement>(fallbackId = focusFallbackId): RefObject<Focused | null> {
  const ref = useRef<Focused>(null);
  useLayoutEffect(() => {
    const element = ref.current;
    return () => {
      if (element?.contains(document.activeElement))
        document.getElementById(fallbackId)?.focus({ preventScroll: true });
    };
  }, [fallbackId]);
  return ref;
}
