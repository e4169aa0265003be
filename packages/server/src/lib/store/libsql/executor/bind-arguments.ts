import type { SqlArguments, SqlValue } from "./executor.js";

/** A statement was not given what it names. Our own mistake, and never the database's. */
export class UnboundArgument extends TypeError {
  override readonly name = "UnboundArgument";
}

/** A statement with its parameters by place, `?1` for the first name: drivers bind those three times as fast. */
export interface PlacedStatement {
  readonly sql: string;
  readonly names: readonly string[];
}

const literalOrName = /'[^']*'|:([a-zA-Z]\w*)/g;

/** Gives each name of a statement a place. */
export function toPlaces(sql: string): PlacedStatement {
  const names: string[] = [];
  const placed = sql.replace(literalOrName, (found, name: string | undefined) => {
    if (name === undefined) return found;
    if (!names.includes(name)) names.push(name);
    return `?${names.indexOf(name) + 1}`;
  });
  return { sql: placed, names };
}

/** The arguments by place. */
export function placedArguments(names: readonly string[], args: SqlArguments): SqlValue[] {
  return names.map((name) => argument(name, args));
}

const namesOf = new Map<string, readonly string[]>();

/** The arguments that a statement names. Servers differ in whether they accept more than that. */
export function namedArguments(sql: string, args: SqlArguments): Record<string, SqlValue> {
  let names = namesOf.get(sql);
  if (names === undefined) {
    names = toPlaces(sql).names;
    namesOf.set(sql, names);
  }
  return Object.fromEntries(names.map((name) => [name, argument(name, args)]));
}

function argument(name: string, args: SqlArguments): SqlValue {
  const value = args[name];
  if (value === undefined || typeof value === "boolean") throw new UnboundArgument(`:${name} was not given a value`);
  return value;
}
