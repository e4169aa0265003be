import { readFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { bundleScript } from "../../packages/server/test/processes/bundle-script.js";
import type { WatchingMutant } from "./watching-mutants.js";

/** The functions of F22 on a changed client. */
type Mutated = typeof import("./play-mutant.js");

const folder = fileURLToPath(new URL("../../packages/client/src/lib/watching/", import.meta.url));

/**
 * Loads F22 with a changed client.
 *
 * @param mutant `null` for the client as it is.
 * @throws {Error} when the code of the mutant is not in its file exactly once
 */
export async function loadMutant(mutant: WatchingMutant | null): Promise<Mutated> {
  const replaced = mutant === null ? new Map() : new Map([[folder + mutant.file, mutatedSource(mutant)]]);
  const script = await bundleScript(new URL("./play-mutant.ts", import.meta.url), { replaced });
  try {
    // The bundle has the exports of its source.
    return (await import(/* @vite-ignore */ pathToFileURL(script.path).href)) as Mutated;
  } finally {
    await script.remove();
  }
}

/**
 * The source of a mutant's file, with its change.
 *
 * @throws {Error} when the code of the mutant is not in its file exactly once
 */
export function mutatedSource({ name, file, code, instead }: WatchingMutant): string {
  const source = readFileSync(folder + file, "utf8");
  const [found, second] = source.matchAll(toPattern(code));
  if (found === undefined) throw new Error(`The code of "${name}" is no longer in ${file}.`);
  if (second !== undefined) throw new Error(`The code of "${name}" is more than once in ${file}.`);
  return source.slice(0, found.index) + instead + source.slice(found.index + found[0].length);
}

/** Matches the code with any whitespace. */
function toPattern(code: string): RegExp {
  const words = code.split(/\s+/).map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(words.join("\\s+"), "g");
}
