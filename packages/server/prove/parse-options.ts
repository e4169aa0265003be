import { type ParseArgsOptionsConfig, parseArgs } from "node:util";

/**
 * Reads options that must be known.
 *
 * @returns in one line what is wrong with them, where something is.
 */
export function parseOptions<const Options extends ParseArgsOptionsConfig>(args: readonly string[], options: Options) {
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    // What follows the first sentence is about positional arguments, and there are none.
    const [reason] = (error instanceof Error ? error.message : String(error)).split(/\. |\n/);
    return `${reason?.replace(/\.$/, "")}. There are ${Object.keys(options)
      .map((name) => `--${name}`)
      .join(", ")}.`;
  }
}

/** A whole number of at least `least`; `null` for anything else. */
export function toWhole(text: string, least: number): number | null {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(number) && number >= least ? number : null;
}
