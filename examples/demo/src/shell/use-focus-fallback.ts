import { type RefObject, useLayoutEffect, useRef } from "react";

/** Id of the default fallback, the tray, which stays mounted when its buttons are removed. */
export const focusFallbackId = "tray";

/**
 * Moves the focus to a fallback element when an element with the focus inside is removed. Otherwise the browser would reset
 * the focus to the top of the page.
 *
 * @param fallbackId id of the fallback element.
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
