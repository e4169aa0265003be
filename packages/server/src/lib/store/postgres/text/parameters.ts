import type { StatementValue } from "../client/send-statement.js";

/** Types of parameters. `flag` is 0 or 1. JSON and lists are text: drivers disagree about every other type. */
export type ParameterType = "text" | "bigint" | "float8" | "flag";

export type Parameters = Readonly<Record<string, ParameterType>>;

/** Named arguments, shared by all statements. A statement takes those that it names. */
export type Arguments = Readonly<Record<string, StatementValue>>;

/** Name of a type in SQL. */
export const sqlTypes: Readonly<Record<ParameterType, string>> = {
  text: "text",
  bigint: "bigint",
  float8: "float8",
  flag: "smallint",
};

const literalOrName = /'[^']*'|(?<!:):([a-zA-Z]\w*)/g;

/** The parameters that a text names. */
export function namesIn(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(literalOrName)].flatMap(([, name]) => (name === undefined ? [] : [name])));
}

/**
 * Replaces each `:name` by `$n`, the position of the parameter.
 *
 * @param options.isTyped whether to add the type: a function declares it instead.
 * @throws {TypeError} for a name that is no parameter.
 */
export function numberParameters(
  text: string,
  { isTyped, parameters }: { readonly parameters: Parameters; readonly isTyped: boolean },
): string {
  const names = Object.keys(parameters);
  return text.replace(literalOrName, (found, name: string | undefined) => {
    if (name === undefined) return found;
    const type = parameters[name];
    if (type === undefined) throw new TypeError(`Parameter :${name} is not declared.`);
    return `$${names.indexOf(name) + 1}${isTyped ? `::${sqlTypes[type]}` : ""}`;
  });
}

/**
 * The arguments in the order of the parameters. Postgres refuses a fraction for an integer, so it is cut.
 *
 * @throws {TypeError} for a parameter without an argument: a bug in Safelight.
 */
export function valuesOf(parameters: Parameters, args: Arguments): readonly StatementValue[] {
  return Object.entries(parameters).map(([name, type]) => {
    const value = args[name];
    if (value === undefined) throw new TypeError(`Parameter :${name} has no value.`);
    return typeof value === "number" && type === "bigint" ? Math.trunc(value) : value;
  });
}
