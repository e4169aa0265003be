import type { SqlArguments, SqlValue } from "./executor.js";

/** A statement was not given what it names. Our own mistake, and never the database's. */
export class UnboundArgument extends TypeError {
  override readonly name = "UnboundArgument";
}

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
    if (value === undefined || typeof value === "boolean") throw new UnboundArgument(`:${name} was not given a value`);
    bound[name] = value;
  }
  return bound;
}
