import type { Mutant } from "./mutant.js";
import type { SourceFile } from "./source-file.js";
import { ifConditions, type Span, sqlConjuncts } from "./sql-conjuncts.js";
import { type SqlText, sqlTexts } from "./sql-mutants.js";

interface Change extends Span {
  readonly kind: NonNullable<Mutant["kind"]>;
  readonly replacement: string;
}

/** Each pattern finds what one mutant replaces. Holes are in the text as in the source. */
const lockPatterns: readonly (Pick<Change, "kind" | "replacement"> & { readonly pattern: RegExp })[] = [
  { kind: "lock", pattern: /FOR (?:NO KEY )?UPDATE(?: SKIP LOCKED)?/g, replacement: "" },
  { kind: "lock", pattern: /pg_advisory_xact_lock(?:_shared)?\(hashtextextended\([^)]*\)\)/g, replacement: "1" },
  { kind: "lock", pattern: /@\$\{lockNames\.name\}\([^)]*\)/g, replacement: "1" },
  // Locks that a caller of `lockGeneration` asks for: of the owner, and of the accounts.
  {
    kind: "lock",
    pattern: /(?<=@\$\{lockGeneration\.name\}\([^,]*, [^,]*, )(?!0)[^,]*(?=, )/g,
    replacement: "0::smallint",
  },
  {
    kind: "lock",
    pattern: /(?<=@\$\{lockGeneration\.name\}\((?:[^,)]*, ){3})(?!0)[^,)]*(?=\))/g,
    replacement: "0::smallint",
  },
  { kind: "no wait", pattern: / SKIP LOCKED/g, replacement: "" },
  {
    kind: "lock order",
    pattern: /ORDER BY \w+(?=\s+(?:LIMIT \S+ )?FOR (?:NO KEY )?UPDATE(?! SKIP))/g,
    replacement: "",
  },
  { kind: "lock order", pattern: /ORDER BY 1(?=\s+LOOP)/g, replacement: "" },
];

/**
 * One mutant per lock and its order, per condition of an `IF`, forced both ways, and per conjunct or alternative of a
 * condition in a file of the Postgres store.
 */
export function postgresMutants(source: SourceFile): readonly Mutant[] {
  return sqlTexts(source).flatMap((text) => changesOf(text).map((change) => toMutant(source, { text, change })));
}

function changesOf({ holes, sql }: SqlText): readonly Change[] {
  const locks = lockPatterns.flatMap(({ pattern, ...change }) =>
    [...sql.matchAll(pattern)].map(({ index, 0: match }) => ({ ...change, start: index, end: index + match.length })),
  );
  const ifs = ifConditions(sql, holes).flatMap(({ branches, ...span }): readonly Change[] => [
    { kind: "condition", ...span, replacement: "false" },
    // A condition without alternatives is forced to be true by its conjuncts below.
    ...(branches.length > 1 ? [{ kind: "condition", ...span, replacement: "true" } as const] : []),
    ...(branches.length > 1
      ? branches.map((branch) => ({ kind: "conjunct", ...branch, replacement: "false" }) as const)
      : []),
  ]);
  const conjuncts = sqlConjuncts(sql, holes).map(
    (span) => ({ kind: "conjunct", ...span, replacement: "true" }) as const,
  );
  return [...locks, ...ifs, ...conjuncts];
}

function toMutant({ file }: SourceFile, { change, text }: { readonly text: SqlText; readonly change: Change }): Mutant {
  const { end, kind, replacement, start } = change;
  const line = text.sql.slice(start, end).replace(/\s+/g, " ").trim().replaceAll("${", "{");
  const context = kind.startsWith("lock") ? ` of ${lockedAt(text.sql, start)}` : "";
  const by = replacement === "" ? "nothing" : replacement;
  return {
    id: `${file.split("/").at(-1)} ${text.declaration}: ${kind} ${line}${context} → ${by}`,
    kind,
    edits: [{ file, start: text.offset + start, end: text.offset + end, replacement }],
  };
}

/** The rows under a lock at a position, which tell apart the locks of a function. */
function lockedAt(sql: string, position: number): string {
  const before = sql.slice(sql.lastIndexOf(";", position) + 1, position);
  const [, firsts] = /lockGeneration\.name\}\((.*)$/.exec(before) ?? [];
  if (firsts !== undefined) return firsts.split(",").length === 3 ? "the owner" : "the accounts";
  return [...before.matchAll(/FROM @(\w+)/g)].at(-1)?.[1] ?? "names";
}
