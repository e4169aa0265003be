import type { SqlArguments, SqlValue } from "./executor.js";

const namesOf = new Map<string, readonly string[]>();

/** The arguments that a statement names. Servers differ in whether they accept more than that. */
export function namedArguments(sql: string, args: SqlArguments): Record<string, SqlValue> {
  let names = namesOf.get(sql);
  if (names === undefined) {
    const withoutLiterals = sql.replaceAll(/'[^']*'/g, "''");
    names = [...new Set([...withoutLiterals.matchAll(/:([a-zA-Z]\w*)/g)].map((match) => match[1] ?? ""))];
    namesOf.set(sql, names);
  }
  const bound: Record<string, SqlValue> = {};
  for (const name of names) {
    const value = args[name];
    if (value === undefined || typeof value === "boolean") throw new TypeError(`:${name} was not given a value`);
    bound[name] = value;
  }
  return bound;
}
