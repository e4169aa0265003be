import type { SqlArguments, SqlValue } from "./executor.js";

/** A named parameter of a statement has no value: a bug in Safelight, never a fault of the database. */
export class UnboundArgument extends TypeError {
  override readonly name = "UnboundArgument";
}

/**
 * A statement with numbered parameters, `?1` for the first name: drivers bind them three times as fast as named ones.
 */
export interface NumberedStatement {
  readonly sql: string;
  readonly names: readonly string[];
}

const literalOrName = /'[^']*'|:([a-zA-Z]\w*)/g;

/** Replaces each named parameter of a statement with a numbered one. */
export function numberParameters(sql: string): NumberedStatement {
  const names: string[] = [];
  const numbered = sql.replace(literalOrName, (found, name: string | undefined) => {
    if (name === undefined) return found;
    if (!names.includes(name)) names.push(name);
    return `?${names.indexOf(name) + 1}`;
  });
  return { sql: numbered, names };
}

/** The arguments in the order of the numbered parameters. */
export function positionalArguments(names: readonly string[], args: SqlArguments): SqlValue[] {
  return names.map((name) => argument(name, args));
}

const numberedStatements = new Map<string, NumberedStatement>();

/** As `numberParameters`, and parses each statement once. For the fixed statements of the store. */
export function numberedStatement(sql: string): NumberedStatement {
  let numbered = numberedStatements.get(sql);
  if (numbered === undefined) {
    numbered = numberParameters(sql);
    numberedStatements.set(sql, numbered);
  }
  return numbered;
}

/** Only the arguments that a statement names: some servers reject others. */
export function namedArguments(sql: string, args: SqlArguments): Record<string, SqlValue> {
  return Object.fromEntries(numberedStatement(sql).names.map((name) => [name, argument(name, args)]));
}

function argument(name: string, args: SqlArguments): SqlValue {
  const value = args[name];
  if (value === undefined || typeof value === "boolean") throw new UnboundArgument(`Parameter :${name} has no value.`);
  return value;
}
