import type { Equivalents } from "./mutant.js";

/** Equivalent mutants of the Postgres store. A listed guard that no longer exists is an error. */
export const postgresEquivalents: readonly Equivalents[] = [
  {
    because: "Postgres sorts two rows to find equal ones; only the clause promises the order",
    guards: ["lock-names.ts lockNames: lock order ORDER BY 1 of names → nothing"],
  },
  {
    because: "no other command locks the owner or the account of a pseudonym",
    guards: [
      "erase-owner.ts eraseOwner: lock order ORDER BY id of owners → nothing",
      "erase-owner.ts eraseOwner: lock order ORDER BY id of accounts → nothing",
    ],
  },
  {
    because:
      "every command that marks or deletes a generation locks its owner first; the update locks the rows in the same order, as planned today",
    guards: ["mark-seen.ts markSeen: lock FOR NO KEY UPDATE of generations → nothing"],
  },
];
