import { globSync } from "node:fs";
import type { Mutant } from "./mutant.js";
import { packageFolder } from "./source-file.js";

/** Tests that run unchanged sources in processes of their own, compare texts or images, or measure time. */
const excludedTests = [
  /worker\.process\.test/,
  /worker\.kill\.test/,
  /\.remote\.test/,
  /batch-executor\.contract\.test/,
  /generation-state\.test/,
  /erase-batches\.test/,
  /query-plans\.test/,
  /queries\/reads\.test/,
  /schema\.test/,
  /provider\/demo\//,
];

/** Tests that cover a file, nearest first, by the folder of the file. */
const near: readonly (readonly [folder: RegExp, tests: readonly RegExp[]])[] = [
  [/store\/libsql\/migrations/, [/constraints\.test/, /libsql-store\.contract/]],
  [/store\/libsql\/statements\/audit/, [/audit\.test/]],
  [/store\/libsql\//, [/libsql-store\.contract/]],
  [/store\/libsql\/[^/]+$/, [/store\/libsql\//]],
  [/lib\/generation\//, [/libsql-store\.contract/, /worker\/worker\.(lifecycle|cancel|failures|reconcile|storing)/]],
  [/lib\/(http|service)\//, [/lib\/service\//, /lib\/http\//, /lib\/compose\//]],
  [/lib\/copier\//, [/lib\/copier\//]],
  [/lib\/(worker|ledger)\//, [/lib\/(worker|ledger)\/(?!worker\.)/, /lib\/worker\/worker\./]],
];

/** The comparison of both stores and the storm, on a Postgres server. Outside the tests: `pnpm prove` runs both proofs. */
export const postgresProofs = "../../fault-tests/mutants/postgres-proofs.ts";

/** The tests for a change of these files, in groups, nearest first. The last group has all remaining tests. */
export function relatedTests({ edits, kind }: Pick<Mutant, "edits" | "kind">): readonly (readonly string[])[] {
  const files = edits.map(({ file }) => file);
  const all = globSync("{src,testing}/**/*.test.ts", { cwd: packageFolder })
    .filter((test) => !excludedTests.some((pattern) => pattern.test(test)))
    .toSorted();
  if (files.every((file) => file.includes("/store/postgres/"))) return postgresGroups(all, kind);
  const patterns = near.filter(([folder]) => files.some((file) => folder.test(file))).flatMap(([, tests]) => tests);
  const groups = [...patterns, /./].map((pattern) => all.filter((test) => pattern.test(test)));
  const seen = new Set<string>();
  return groups
    .map((group) => group.filter((test) => !seen.has(test) && seen.add(test)))
    .filter((group) => group.length > 0);
}

/** Only the store itself: on another database, the server runs the same code. A lock needs more than one connection. */
function postgresGroups(all: readonly string[], kind: Mutant["kind"]): readonly (readonly string[])[] {
  const tests = all.filter((test) => test.includes("/store/postgres/"));
  const contract = tests.filter((test) => test.includes(".contract."));
  const locks = tests.filter((test) => /lock/.test(test));
  // Half of the time of all tests: each command beside each other one.
  const pairs = tests.filter((test) => test.includes("owner-races"));
  const others = tests.filter((test) => ![contract, locks, pairs].some((group) => group.includes(test)));
  const isLock = kind === "lock" || kind === "lock order" || kind === "no wait";
  return [isLock ? locks : contract, others, pairs, ...(isLock ? [] : [locks]), [postgresProofs]];
}
