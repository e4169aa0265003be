import type { Ids } from "../service-context.js";

/** The id that replaces that of an erased owner, and of its account. */
export function newPseudonym(ids: Pick<Ids, "newStoragePrefix">): string {
  return `deleted_${ids.newStoragePrefix()}`;
}

/** Whether an id is the pseudonym of an erased owner: nothing can sign in to its account. */
export function isPseudonym(id: string): boolean {
  return /^deleted_[0-9a-f]{32}$/.test(id);
}
