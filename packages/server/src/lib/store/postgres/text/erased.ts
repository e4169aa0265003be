import { listOf } from "./list-of.js";
import type { Parameters } from "./parameters.js";

export const erasureParameters = { ownerMarks: "text", erasuresAfter: "bigint" } as const satisfies Parameters;

/** Whether the owner or the account of a command was erased after its request began. Needs `erasureParameters`. */
export const isErased = `EXISTS (SELECT 1 FROM @erased_owners e
     WHERE e.owner_mark = ANY (${listOf(":ownerMarks")}) AND e.position > :erasuresAfter)`;
