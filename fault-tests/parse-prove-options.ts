import { type StoreKind, storeKinds } from "./ground/proving-ground.js";
import { parseOptions, toWhole } from "./parse-options.js";
import type { Proof, ProofScale } from "./proof.js";

/** Options of `pnpm prove`. */
export interface ProveOptions {
  readonly list: readonly Proof[];
  readonly scale: ProofScale;
  readonly seed: number;
  readonly store: StoreKind;
  /** The page to write the table into; `null` for none. */
  readonly markdown: string | null;
  readonly help: boolean;
}

/**
 * Parses the arguments of `pnpm prove`.
 *
 * @param chance default seed.
 * @returns a one-line error for invalid arguments.
 */
export function parseProveOptions(
  args: readonly string[],
  { proofs, chance }: { readonly proofs: readonly Proof[]; readonly chance: number },
): ProveOptions | string {
  const values = parseOptions(args, {
    short: { type: "boolean" },
    only: { type: "string" },
    seed: { type: "string" },
    store: { type: "string" },
    markdown: { type: "string" },
    help: { type: "boolean" },
  });
  if (typeof values === "string") return values;
  const seed = values.seed === undefined ? chance : toWhole(values.seed, 0);
  if (seed === null) return `--seed takes a whole number, not ${values.seed}.`;
  const store = storeKinds.find((kind) => kind === (values.store ?? "libsql"));
  if (store === undefined) return `--store takes ${storeKinds.join(" or ")}, not ${values.store}.`;
  const list = choose(proofs, values.only);
  if (typeof list === "string") return list;
  return {
    list,
    scale: values.short === true ? "short" : "long",
    seed,
    store,
    markdown: values.markdown ?? null,
    help: values.help === true,
  };
}

function choose(proofs: readonly Proof[], only: string | undefined): readonly Proof[] | string {
  if (only === undefined) return proofs;
  const wanted = only.split(",").map((id) => id.trim().toUpperCase());
  const unknown = wanted.filter((id) => !proofs.some((proof) => proof.id.toUpperCase() === id));
  if (unknown.length === 0) return proofs.filter(({ id }) => wanted.includes(id.toUpperCase()));
  const names = unknown.filter((id) => id !== "").join(", ");
  const reason = names === "" ? "no test given" : `unknown test ${names}`;
  return `--only: ${reason}. Tests: ${proofs.map(({ id }) => id).join(", ")}.`;
}
