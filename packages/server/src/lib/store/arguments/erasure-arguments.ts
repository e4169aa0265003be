import type { ErasureCheck } from "../../ports/store/erasure-check.js";

/** Named arguments of the check whether an owner or an account was erased. `marks`: JSON. */
export function erasureArguments(check: ErasureCheck | undefined) {
  return { marks: JSON.stringify(check?.marks ?? []), erasuresAfter: check?.after ?? 0 };
}
