import type { ErasureCheck } from "../../../ports/store/erasure-check.js";
import type { SqlArguments } from "../executor/executor.js";

/** Whether the owner or the account of a command was erased after its request began. Needs `erasureArguments`. */
export const isErased = `EXISTS (SELECT 1 FROM safelight_erased_owners
     WHERE mark IN (SELECT value FROM json_each(:marks)) AND position > :erasuresAfter)`;

/** Arguments of `isErased`. */
export function erasureArguments(check: ErasureCheck | undefined): SqlArguments {
  return { marks: JSON.stringify(check?.marks ?? []), erasuresAfter: check?.after ?? 0 };
}
