import type { ErasureCheck } from "../../ports/store/erasure-check.js";

/** Named arguments of the check whether an owner or an account was erased. `ownerMarks`: JSON. */
export function erasureArguments(check: ErasureCheck | undefined) {
  return { ownerMarks: JSON.stringify(check?.ownerMarks ?? []), erasuresAfter: check?.after ?? 0 };
}
