import { type ParseArgsOptionsConfig, parseArgs } from "node:util";

/**
 * Parses options and rejects unknown ones.
 *
 * @returns a one-line error for invalid arguments.
 */
export function parseOptions<const Options extends ParseArgsOptionsConfig>(args: readonly string[], options: Options) {
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    // The other sentences concern positional arguments, which these commands do not have.
    const [reason] = (error instanceof Error ? error.message : String(error)).split(/\. |\n/);
    return `${reason?.replace(/\.$/, "")}. Options: ${Object.keys(options)
      .map((name) => `--${name}`)
      .join(", ")}.`;
  }
}

/** A whole number of at least `min`; `null` for any other text. */
export function toWhole(text: string, min: number): number | null {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(number) && number >= min ? number : null;
}
