/** State of an entry in the browser's history that a page opened over itself: going back closes it. */
export const detailsEntry = { isDetails: true } as const;

/** Whether the current entry was opened over a page. */
export function isOverPage(): boolean {
  const state: unknown = history.state;
  return typeof state === "object" && state !== null && "isDetails" in state;
}
