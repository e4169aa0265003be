import { withSetupCode } from "../../../ports/setup-error.js";

/** Schema and prefix of the tables and functions. */
export interface Names {
  /** The schema of the database. */
  readonly schema: string;
  /** Precedes the name of each table, index and function. */
  readonly prefix: string;
}

const schemaPattern = /^[a-z_][a-z0-9_]{0,39}$/;
/** At most 16 characters, so that prefix, name and hash of a function fit into 63 bytes. */
const prefixPattern = /^[a-z_][a-z0-9_]{0,15}$/;

/** @throws {TypeError} for a name that would need escapes, or could be too long. */
export function checkNames({ prefix, schema }: Names): void {
  if (!schemaPattern.test(schema)) {
    throw withSetupCode(
      "option_invalid",
      new TypeError(`Invalid schema "${schema}": use 1–40 lowercase letters, digits or underscores.`),
    );
  }
  if (!prefixPattern.test(prefix)) {
    throw withSetupCode(
      "option_invalid",
      new TypeError(`Invalid prefix "${prefix}": use 1–16 lowercase letters, digits or underscores.`),
    );
  }
}

/** Replaces each `@name` by the full name of a table or function: a pooled connection has no `search_path` of its own. */
export function withNames(text: string, { prefix, schema }: Names): string {
  return text.replace(/@([a-z][a-z0-9_]*)/g, (_, name: string) => `"${schema}"."${prefix}${name}"`);
}

/** As `withNames`, for a statement of a migration: `CREATE INDEX` takes the name without the schema, which is its table's. */
export function withStatementNames(text: string, names: Names): string {
  return withNames(text.replace(/^(CREATE (?:UNIQUE )?INDEX) @(\w+)/, `$1 "${names.prefix}$2"`), names);
}
