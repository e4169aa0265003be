/** State of a browser history entry whose details were opened from a page. Back closes the details. */
export const detailsEntry = { isDetails: true } as const;

/** Whether the details of the current history entry were opened from a page. */
export function isOverPage(): boolean {
  const state: unknown = history.state;
  return typeof state === "object" && state !== null && "isDetails" in state;
}
