import { parseOptions, toWhole } from "./parse-options.js";
import type { Proof, ProofScale } from "./proof.js";

/** What a run of proofs was asked for. */
export interface ProveOptions {
  readonly list: readonly Proof[];
  readonly scale: ProofScale;
  readonly seed: number;
  /** The page whose table is written; `null` for none. */
  readonly markdown: string | null;
  readonly help: boolean;
}

/**
 * Reads the arguments of `pnpm prove`.
 *
 * @param chance the seed where none is given.
 * @returns in one line what is wrong with them, where something is.
 */
export function parseProveOptions(
  args: readonly string[],
  { proofs, chance }: { readonly proofs: readonly Proof[]; readonly chance: number },
): ProveOptions | string {
  const values = parseOptions(args, {
    short: { type: "boolean" },
    only: { type: "string" },
    seed: { type: "string" },
    markdown: { type: "string" },
    help: { type: "boolean" },
  });
  if (typeof values === "string") return values;
  const seed = values.seed === undefined ? chance : toWhole(values.seed, 0);
  if (seed === null) return `--seed takes a whole number, not ${values.seed}.`;
  const list = choose(proofs, values.only);
  if (typeof list === "string") return list;
  return {
    list,
    scale: values.short === true ? "short" : "long",
    seed,
    markdown: values.markdown ?? null,
    help: values.help === true,
  };
}

function choose(proofs: readonly Proof[], only: string | undefined): readonly Proof[] | string {
  if (only === undefined) return proofs;
  const wanted = only.split(",").map((id) => id.trim().toUpperCase());
  const unknown = wanted.filter((id) => !proofs.some((proof) => proof.id.toUpperCase() === id));
  if (unknown.length === 0) return proofs.filter(({ id }) => wanted.includes(id.toUpperCase()));
  return `--only: there is no ${unknown.join(", ") || "test of that name"}. There are ${proofs.map(({ id }) => id).join(", ")}.`;
}
