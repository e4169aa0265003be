import { globSync } from "node:fs";
import type { StoreKind } from "../ground/proving-ground.js";
import { constraintMutants, exitMutants, namedCheckMutants, transitionMutants } from "./check-mutants.js";
import { equivalents } from "./equivalents.js";
import type { Equivalents, Mutant } from "./mutant.js";
import { postgresEquivalents } from "./postgres-equivalents.js";
import { postgresMutants } from "./postgres-mutants.js";
import { packageFolder, readSource, type SourceFile } from "./source-file.js";
import { sqlMutants } from "./sql-mutants.js";

/** One mutant per guard of the server, found in the sources, so that a new guard gets one automatically. */
export function findMutants(): readonly Mutant[] {
  const sources = new Map<string, SourceFile>();
  const read = (file: string): SourceFile => {
    const source = sources.get(file) ?? readSource(file);
    sources.set(file, source);
    return source;
  };
  return withNumbers([
    ...sqlFiles().flatMap((file) => sqlMutants(read(file))),
    ...constraintMutants(read("src/lib/store/libsql/schema/migrations.ts")),
    ...transitionMutants(read("src/lib/generation/generation-state.ts")),
    ...filesIn("{http,api,service,worker,copier,ledger,signing,bytes,json}/**/*.ts").flatMap((file) =>
      exitMutants(read(file), ["throw", "return"]),
    ),
    ...namedCheckMutants(read),
  ]);
}

/** One mutant per lock, condition and conjunct of the Postgres store. */
export function findPostgresMutants(): readonly Mutant[] {
  return withNumbers(
    filesIn("store/postgres/{functions,reads,text}/**/*.ts").flatMap((file) => postgresMutants(readSource(file))),
  );
}

/** The equivalents of each store. */
export const equivalentsOf: Readonly<Record<StoreKind, readonly Equivalents[]>> = {
  libsql: equivalents,
  postgres: postgresEquivalents,
};

/** The mutants of a store that a test must catch. */
export function mutantsToCatch(store: StoreKind): readonly Mutant[] {
  return toCatch(store === "libsql" ? findMutants() : findPostgresMutants(), equivalentsOf[store]);
}

/** Files with SQL that runs. The queries do not: their text is in `statements/reads.ts`. */
export function sqlFiles(): readonly string[] {
  return filesIn("store/libsql/**/*.ts").filter((file) => !/(migrations\.ts|schema\.ts|\/queries\/.*)$/.test(file));
}

/**
 * Mutants that a test must catch: all but the equivalents. Equivalents that back each other up are dropped together.
 *
 * @throws {Error} when the list of equivalents has an unknown id
 */
export function toCatch(mutants: readonly Mutant[], list: readonly Equivalents[] = equivalents): readonly Mutant[] {
  const byId = new Map(mutants.map((mutant) => [mutant.id, mutant]));
  const listed = new Set(list.flatMap(({ guards }) => guards));
  const gone = [...listed, ...list.flatMap(({ together = [] }) => together)].filter((id) => !byId.has(id));
  if (gone.length > 0) throw new Error(`The list of equivalents has unknown ids:\n  ${gone.join("\n  ")}`);
  const combined = list.flatMap(({ guards, together }) =>
    together === undefined ? [] : guards.map((id) => [...new Set([id, ...together])].toSorted()),
  );
  const backedUp = new Map(combined.map((ids) => [ids.join(" + "), ids]));
  return [
    ...mutants.filter(({ id }) => !listed.has(id)),
    ...[...backedUp].map(([id, ids]) => ({ id, edits: ids.flatMap((each) => byId.get(each)?.edits ?? []) })),
  ];
}

function filesIn(pattern: string): readonly string[] {
  return globSync(`src/lib/${pattern}`, { cwd: packageFolder })
    .filter((file) => !/\.(test|test-d)\.ts$/.test(file))
    .toSorted();
}

/** Numbers the guards with the same id, from the second. */
function withNumbers(mutants: readonly Mutant[]): readonly Mutant[] {
  const seen = new Map<string, number>();
  return mutants.map((mutant) => {
    const count = (seen.get(mutant.id) ?? 0) + 1;
    seen.set(mutant.id, count);
    return count === 1 ? mutant : { ...mutant, id: `${mutant.id} (${count})` };
  });
}
