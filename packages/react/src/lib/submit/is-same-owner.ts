import type { Owner } from "../connection/owner.js";

/** Whether this page knows two as the same user. */
export function isSameOwner(left: Owner, right: Owner): boolean {
  return left.epoch === right.epoch || (left.tag !== null && left.tag === right.tag);
}
