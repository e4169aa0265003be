import type { CopiedValue, PageRequest } from "../../copy/copied-database.js";
import { copiedRowsOf } from "../../copy/copied-tables.js";
import { type Names, withNames } from "../text/names.js";

const types = { text: "text", integer: "bigint", real: "float8" };

/** A statement of `pg` that selects the rows of a page, as lists of values. */
export function selectPage(
  { after, limit, table }: PageRequest,
  names: Names,
): { readonly rowMode: "array"; readonly text: string; readonly values: CopiedValue[] } {
  const columns = Object.entries(table.columns).map(([name, kind]) =>
    kind === "integer" ? `"${name}"::text` : `"${name}"`,
  );
  const key = table.key.map((column) => `t."${column}"`).join(", ");
  const bound = table.key.map((column, index) => `$${index + 1}::${types[table.columns[column] ?? "text"]}`);
  const start = after === null ? "true" : `(${key}) > (${bound.join(", ")})`;
  const text = `SELECT ${columns.join(", ")} FROM @${table.name} t
    WHERE ${start} AND ${copiedRowsOf(table)} ORDER BY ${key} LIMIT ${limit}`;
  return { rowMode: "array", text: withNames(text, names), values: [...(after ?? [])] };
}
