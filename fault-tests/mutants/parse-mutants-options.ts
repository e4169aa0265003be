import { parseOptions, toWhole } from "../parse-options.js";
import type { Mutant } from "./mutant.js";

/** Options of `pnpm prove:mutants`. */
export interface MutantsOptions {
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
  const isSelected = ({ edits, id }: Mutant): boolean =>
    [id, ...edits.map(({ file }) => file)].some((name) => name.toLowerCase().includes(words));
  const chosen = values.help === true ? [] : find().filter(isSelected);
  if (values.help !== true && chosen.length === 0) return `--only: no guard has "${values.only}" in its name.`;
  return {
    chosen,
    processes,
    nearest: values.nearest === true,
    markdown: values.markdown ?? null,
    help: values.help === true,
  };
}
