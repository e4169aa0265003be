import { useRef } from "react";
import { useLocation } from "wouter";
import { detailsEntry, isOverPage } from "./details-entry.ts";

/**
 * Turns and closes the details of a generation. Turning replaces the entry of the browser's history, so that going back
 * closes them. Closing goes back where a page opened them, and else replaces the address.
 *
 * @param pathOf the address with the details of an id open; `null`: closed.
 */
export function useDetailsNavigation(pathOf: (id: string | null) => string): (id: string | null) => void {
  const [, navigate] = useLocation();
  const isClosing = useRef(false);
  return (id) => {
    if (isClosing.current) return;
    if (id !== null) {
      navigate(pathOf(id), { replace: true, ...(isOverPage() && { state: detailsEntry }) });
      return;
    }
    isClosing.current = true;
    if (isOverPage()) history.back();
    else navigate(pathOf(null), { replace: true });
  };
}
