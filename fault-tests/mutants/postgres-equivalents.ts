import type { Equivalents } from "./mutant.js";

/** Equivalent mutants of the Postgres store. A listed guard that no longer exists is an error. */
export const postgresEquivalents: readonly Equivalents[] = [];
