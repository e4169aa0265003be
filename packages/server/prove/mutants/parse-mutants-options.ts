import { parseOptions, toWhole } from "../parse-options.js";
import type { Mutant } from "./mutant.js";

/** What a run of mutants was asked for. */
export interface MutantsOptions {
  readonly chosen: readonly Mutant[];
  readonly processes: number;
  readonly nearest: boolean;
  /** The page that is written; `null` for none. */
  readonly markdown: string | null;
  readonly help: boolean;
}

/**
 * Reads the arguments of `pnpm prove:mutants`.
 *
 * @param find all guards; asked for last, since it reads every source.
 * @param cores how many processes run side by side where nothing is said.
 * @returns in one line what is wrong with them, where something is.
 */
export function parseMutantsOptions(
  args: readonly string[],
  { find, cores }: { readonly find: () => readonly Mutant[]; readonly cores: number },
): MutantsOptions | string {
  const values = parseOptions(args, {
    only: { type: "string" },
    processes: { type: "string" },
    nearest: { type: "boolean" },
    markdown: { type: "string" },
    help: { type: "boolean" },
  });
  if (typeof values === "string") return values;
  const processes = values.processes === undefined ? cores : toWhole(values.processes, 1);
  if (processes === null) return `--processes takes a whole number from 1, not ${values.processes}.`;
  const words = (values.only ?? "").toLowerCase();
  const isMeant = ({ edits, id }: Mutant): boolean =>
    [id, ...edits.map(({ file }) => file)].some((name) => name.toLowerCase().includes(words));
  const chosen = values.help === true ? [] : find().filter(isMeant);
  if (values.help !== true && chosen.length === 0) return `--only: no guard has "${values.only}" in its name.`;
  return {
    chosen,
    processes,
    nearest: values.nearest === true,
    markdown: values.markdown ?? null,
    help: values.help === true,
  };
}
