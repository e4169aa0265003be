import { html } from "hono/html";
import type { Markup } from "./layout.js";

/** An empty value. A card on a narrow page leaves out its row. */
export const none = html`<span class="none">–</span>`;

/** The head of a column: its name, that of a column of numbers, or that of a column of boxes to tick. */
export type Column = string | { readonly number: string } | { readonly box: string };

/** The content of one cell for each column. */
export type Row = readonly (Markup | string)[];

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
  const parts = columns.map(partsOf);
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table role="table">
<thead role="rowgroup"><tr role="row">${parts.map(({ kind, name }) => html`<th scope="col" role="columnheader" class="${kind}">${name}</th>`)}</tr></thead>
<tbody role="rowgroup">${rows.map((cells) => html`<tr role="row">${cells.map((cell, index) => bodyCell(cell, parts[index]))}</tr>`)}</tbody>
</table></div>`;
}

function bodyCell(cell: Row[number], { kind = "text", name = "" }: Partial<ReturnType<typeof partsOf>> = {}): Markup {
  return html`<td role="cell" data-label="${name}" class="${kind}${cell === none || cell === "" ? " blank" : ""}">${cell}</td>`;
}

function partsOf(column: Column) {
  if (typeof column === "string") return { name: column, kind: "text" };
  return "number" in column ? { name: column.number, kind: "number" } : { name: column.box, kind: "box" };
}
