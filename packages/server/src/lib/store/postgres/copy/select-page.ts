import type { PageRequest } from "../../copy/copied-database.js";
import { type CopiedValue, copiedRowsOf } from "../../copy/copied-tables.js";
import { type Names, withNames } from "../text/names.js";
import { columnCasts } from "./column-casts.js";

/** A statement of `pg` that selects the rows of a page, as lists of values. */
export function selectPage(
  { after, limit, maxBytes, table }: PageRequest,
  names: Names,
): { readonly rowMode: "array"; readonly text: string; readonly values: CopiedValue[] } {
  const kinds = Object.entries(table.columns);
  const columns = kinds.map(([name, kind]) => (kind === "integer" ? `"${name}"::text` : `"${name}"`));
  const sizes = kinds.map(([name, kind]) => (kind === "text" ? `coalesce(octet_length("${name}"), 0)` : "8"));
  const key = table.key.map((column) => `t."${column}"`).join(", ");
  const bound = table.key.map((column, index) => `$${index + 1}::${columnCasts[table.columns[column] ?? "text"]}`);
  const start = after === null ? "true" : `(${key}) > (${bound.join(", ")})`;
  // The server measures large values one after the other, and reads those of the page again.
  const text = `SELECT ${columns.join(", ")} FROM (
      SELECT t.*, sum(page_bytes) OVER (ORDER BY ${key} ROWS UNBOUNDED PRECEDING) - page_bytes AS bytes_before FROM (
        SELECT t.*, ${sizes.join(" + ")} AS page_bytes FROM @${table.name} t
        WHERE ${start} AND ${copiedRowsOf(table)} ORDER BY ${key} LIMIT ${limit}) t) t
    WHERE bytes_before < ${maxBytes} ORDER BY ${key}`;
  return { rowMode: "array", text: withNames(text, names), values: [...(after ?? [])] };
}
