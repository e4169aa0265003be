/** Somebody who is signed in. Another object whenever that may be somebody else: what was begun for one is not for the next. */
export interface Owner {
  /** `null` until it is known. */
  tag: string | null;
  /** The server itself said so to this page. What came with the page, or was kept from another visit, is no proof. */
  isHeard: boolean;
}

/** Whether two are the same for all that is known. */
export function isSameOwner(left: Owner, right: Owner): boolean {
  return left === right || (left.tag !== null && left.tag === right.tag);
}
