import { useRef } from "react";
import { useLocation } from "wouter";
import { detailsEntry, isOverPage } from "./details-entry.ts";

/**
 * Navigates between the details of generations and closes them. Another generation replaces the browser's history entry, so
 * that back closes the details. Closing goes back if a page opened the details, and otherwise replaces the URL.
 *
 * @param pathOf URL with the details of an id open; `null`: with no details.
 * @returns shows the details of an id; `null` closes them.
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
