import { type RefObject, useLayoutEffect, useRef } from "react";

/**
 * Keeps the focus in a list whose rows come and go. React moves the focused row with its key. When the focused row itself
 * goes, the row that takes its place receives the focus, or the list if it is empty.
 *
 * @param list each row has the attribute `data-row` with its id.
 */
export function useKeptFocus(list: RefObject<HTMLElement | null>, ids: readonly string[]): void {
  const focused = useRef<{ readonly id: string; readonly index: number } | null>(null);
  useLayoutEffect(() => {
    const element = list.current;
    const rowOf = (target: EventTarget | null) =>
      target instanceof Element ? target.closest<HTMLElement>("[data-row]")?.dataset.row : undefined;
    const onFocus = ({ target }: FocusEvent) => {
      const id = rowOf(target);
      const rows = [...(element?.querySelectorAll<HTMLElement>("[data-row]") ?? [])];
      focused.current = id === undefined ? null : { id, index: rows.findIndex(({ dataset }) => dataset.row === id) };
    };
    // The removal of a focused element has no `relatedTarget`. A dialog returns the focus, unless it deletes the row.
    const onBlur = ({ relatedTarget }: FocusEvent) => {
      if (relatedTarget instanceof Element && relatedTarget.closest("dialog") === null) focused.current = null;
    };
    element?.addEventListener("focusin", onFocus);
    element?.addEventListener("focusout", onBlur);
    return () => {
      element?.removeEventListener("focusin", onFocus);
      element?.removeEventListener("focusout", onBlur);
    };
  }, [list]);
  useLayoutEffect(() => {
    const before = focused.current;
    const isLost = document.activeElement === null || document.activeElement === document.body;
    if (before === null || ids.includes(before.id) || !isLost) return;
    const rows = list.current?.querySelectorAll<HTMLElement>("[data-row]") ?? [];
    const next = rows[Math.min(before.index, rows.length - 1)];
    const target = next?.querySelector<HTMLElement>("button, a[href]") ?? next?.querySelector<HTMLElement>("article");
    (target ?? list.current)?.focus();
  }, [list, ids]);
}
