/**
 * A statement of a query builder, as drizzle's `toSQL()` and `sqlToQuery()` return it: text with the placeholders `?`, or `$1`,
 * `$2`, …, and their values. The values of `accountId`, `credits` and `key` are `sql.placeholder("…")`.
 */
export interface HostQuery {
  readonly sql: string;
  readonly params: readonly unknown[];
}

/** A statement of the host: text with `:accountId`, `:credits` and `:key`, or a statement of drizzle with these placeholders. */
export type HostStatement = string | HostQuery | { toSQL(): HostQuery };

/** A string literal, a quoted name, or a placeholder, whose number is the group: `?` has none. */
const quotedOrPlaceholder = /'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|\$(\d+)|\?/g;

/**
 * The text of a statement, with named parameters and with its constants as literals.
 *
 * @param option name of the option, for errors.
 * @throws {TypeError} for a value that is neither `null`, a text, a number, a boolean nor a named placeholder, and for a
 *   placeholder without a value.
 */
export function toStatementText(statement: HostStatement, option: string): string {
  const query = toQuery(statement);
  // The cast is safe: `checkHostCredits` refuses any value but text.
  if (query === null) return statement as string;
  let next = 0;
  return query.sql.replace(quotedOrPlaceholder, (match, number: string | undefined) => {
    if (number === undefined && match !== "?") return match;
    const index = number === undefined ? next++ : Number(number) - 1;
    if (index >= query.params.length) throw new TypeError(`${option} has no value for its placeholder ${match}.`);
    return toExpression(query.params[index], option);
  });
}

/** `null` for text, and for any other value, which hosts in JavaScript may pass. */
function toQuery(statement: unknown): HostQuery | null {
  if (typeof statement !== "object" || statement === null) return null;
  const query = "toSQL" in statement && typeof statement.toSQL === "function" ? statement.toSQL() : statement;
  const isQuery = typeof query?.sql === "string" && Array.isArray(query.params);
  return isQuery ? query : null;
}

function toExpression(value: unknown, option: string): string {
  if (value === null) return "NULL";
  switch (typeof value) {
    case "string":
      return `'${value.replaceAll("'", "''")}'`;
    case "number":
      if (Number.isFinite(value)) return String(value);
      break;
    case "bigint":
    case "boolean":
      return String(value);
    case "object":
      // drizzle wraps the value of a column that has an encoder, also if the value is a placeholder.
      if ("value" in value) return toExpression(value.value, option);
      if ("name" in value && typeof value.name === "string") return `:${value.name}`;
  }
  throw new TypeError(`${option} has a value that is not a text, number or boolean: use sql.placeholder("accountId").`);
}
