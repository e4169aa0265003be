import { type ParseArgsConfig, parseArgs } from "node:util";
import { UsageError } from "./usage-error.js";

type Options = NonNullable<ParseArgsConfig["options"]>;

/**
 * Parses the arguments of a command. Each command has `--json`.
 *
 * @throws {UsageError} for an unknown option, or a missing value.
 */
export function parseArguments<const Named extends Options>(args: readonly string[], options: Named) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { ...options, json: { type: "boolean", default: false } },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** @throws {UsageError} unless the text is a whole number in the range. */
export function parseWhole(text: string, range: { readonly name: string; readonly min: number; readonly max: number }) {
  const value = Number(text);
  const { max, min, name } = range;
  if (text.trim() !== "" && Number.isInteger(value) && value >= min && value <= max) return value;
  throw new UsageError(`${name} must be a number from ${min} to ${max}.`);
}
