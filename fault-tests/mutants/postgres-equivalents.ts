import type { Equivalents } from "./mutant.js";

/** Equivalent mutants of the Postgres store. A listed guard that no longer exists is an error. */
export const postgresEquivalents: readonly Equivalents[] = [
  {
    because: "Postgres sorts two rows to find equal ones; only the clause promises the order",
    guards: ["lock-names.ts lockNames: lock order ORDER BY 1 of names → nothing"],
  },
];
