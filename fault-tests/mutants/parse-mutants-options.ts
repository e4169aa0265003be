import { type StoreKind, storeKinds } from "../ground/proving-ground.js";
import { parseOptions, toWhole } from "../parse-options.js";
import type { Mutant } from "./mutant.js";

/** Options of `pnpm prove:mutants`. */
export interface MutantsOptions {
  /** `libsql` for the whole server on libSQL, `postgres` for that store alone. */
  readonly store: StoreKind;
  readonly chosen: readonly Mutant[];
  readonly processes: number;
  readonly nearest: boolean;
  /** The page of counts to write; `null` for none. */
  readonly markdown: string | null;
  readonly help: boolean;
}

/**
 * Parses the arguments of `pnpm prove:mutants`.
 *
 * @param find returns all guards; called last, since it reads every source.
 * @param cores default number of processes.
 * @returns a one-line error for invalid arguments.
 */
export function parseMutantsOptions(
  args: readonly string[],
  { find, cores }: { readonly find: (store: StoreKind) => readonly Mutant[]; readonly cores: number },
): MutantsOptions | string {
  const values = parseOptions(args, {
    store: { type: "string" },
    only: { type: "string" },
    every: { type: "string" },
    processes: { type: "string" },
    nearest: { type: "boolean" },
    markdown: { type: "string" },
    help: { type: "boolean" },
  });
  if (typeof values === "string") return values;
  const processes = values.processes === undefined ? cores : toWhole(values.processes, 1);
  if (processes === null) return `--processes takes a whole number from 1, not ${values.processes}.`;
  const store = storeKinds.find((kind) => kind === (values.store ?? "libsql"));
  if (store === undefined) return `--store takes ${storeKinds.join(" or ")}, not ${values.store}.`;
  const every = values.every === undefined ? 1 : toWhole(values.every, 1);
  if (every === null) return `--every takes a whole number from 1, not ${values.every}.`;
  const words = (values.only ?? "").toLowerCase();
  const isSelected = ({ edits, id }: Mutant): boolean =>
    [id, ...edits.map(({ file }) => file)].some((name) => name.toLowerCase().includes(words));
  const found = values.help === true ? [] : find(store).filter(isSelected);
  const chosen = found.filter((_, index) => index % every === 0);
  if (values.help !== true && chosen.length === 0) return `--only: no guard has "${values.only}" in its name.`;
  return {
    store,
    chosen,
    processes,
    nearest: values.nearest === true,
    markdown: values.markdown ?? null,
    help: values.help === true,
  };
}
