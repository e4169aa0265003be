import { html } from "hono/html";
import type { Markup } from "./layout.js";

/** The text for a missing value. */
export const none = html`<span class="none">–</span>`;

/** The head of a column: a text column by its name, a number column, or a checkbox column. */
export type Column = string | { readonly number: string } | { readonly box: string };

/** The content of each column's cell; `null` for none, which a card on a narrow page leaves out. */
export type Row = readonly (Markup | string | null)[];

/**
 * A table. It scrolls within its own box if the page is too narrow; on a phone, each row is a card with the names of the columns.
 * The roles keep it a table there: browsers drop the meaning of a table that is not displayed as one.
 */
export function table(options: {
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  readonly empty: string;
}): Markup {
  const { caption, columns, empty, rows } = options;
  if (rows.length === 0) return html`<p class="empty">${empty}</p>`;
  const heads = columns.map(headOf);
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table role="table">
<thead role="rowgroup"><tr role="row">${heads.map(({ kind, name }) => html`<th scope="col" role="columnheader" class="${kind}">${name}</th>`)}</tr></thead>
<tbody role="rowgroup">${rows.map((cells) => html`<tr role="row">${heads.map((head, index) => bodyCell(head, cells[index] ?? null))}</tr>`)}</tbody>
</table></div>`;
}

function bodyCell({ kind, name }: ReturnType<typeof headOf>, cell: Row[number]): Markup {
  const isBlank = cell === null || cell === "";
  return html`<td role="cell" data-label="${name}" class="${kind}${isBlank ? " blank" : ""}">${cell ?? none}</td>`;
}

function headOf(column: Column) {
  if (typeof column === "string") return { name: column, kind: "text" };
  return "number" in column ? { name: column.number, kind: "number" } : { name: column.box, kind: "box" };
}
