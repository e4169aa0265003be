import { type RefObject, useLayoutEffect, useRef } from "react";

/**
 * Keeps the focus in a list. If the focused row is removed, the row in its place receives the focus, or the list if it is
 * empty.
 *
 * @param list the element. Each row in it has the attribute `data-row` with its id.
 * @param ids the ids of the rows, in order.
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
    // Forget the row if the focus moved to another element: `relatedTarget` is `null` if the focused row was removed. A
    // dialog is an exception, because it returns the focus to the row, unless it deletes the row.
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
    const row = focused.current;
    const isLost = document.activeElement === null || document.activeElement === document.body;
    if (row === null || ids.includes(row.id) || !isLost) return;
    const rows = list.current?.querySelectorAll<HTMLElement>("[data-row]") ?? [];
    const next = rows[Math.min(row.index, rows.length - 1)];
    const target = next?.querySelector<HTMLElement>("button, a[href]") ?? next?.querySelector<HTMLElement>("article");
    (target ?? list.current)?.focus();
  }, [list, ids]);
}
