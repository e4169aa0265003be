import type { Owner } from "../connection/owner.js";

/** Whether two are the same user, as far as this page knows. */
export function isSameOwner(left: Owner, right: Owner): boolean {
  return left.epoch === right.epoch || (left.tag !== null && left.tag === right.tag);
}
