import { html } from "hono/html";
import type { FoundGenerations } from "../../ports/store/operator-store.js";
import { bulkActions } from "../actions/act-on-generation.js";
import { isPermitted } from "../admin-options.js";
import { filterForm } from "./filter-form.js";
import { generationColumns, generationRow } from "./generation-rows.js";
import { type Markup, type PageRequest, page } from "./layout.js";
import { table } from "./table.js";

export function generationsPage(
  request: PageRequest,
  view: { readonly found: FoundGenerations; readonly text: string; readonly isFirst: boolean },
): Markup {
  const { found, isFirst, text } = view;
  const { basePath } = request.deps.settings;
  const canAct = found.generations.length > 0 && bulkActions.some((name) => isPermitted(request.c.env.operator, name));
  const body = html`
${filterForm(request, text)}
${selectable(request, {
  text,
  table: table({
    caption: "Generations",
    columns: canAct ? [{ box: "Select" }, ...generationColumns] : generationColumns,
    rows: found.generations.map((generation) => {
      const cells = generationRow(request, { generation, now: found.now });
      return canAct ? [tickBox(generation.id), ...cells] : cells;
    }),
    empty: found.isCut
      ? "No match so far. Continue the search below."
      : "No generation matches. Remove a term, or search by id: a deleted generation is found by its id only. A word without a qualifier is the id of an owner; prompts cannot be searched.",
  }),
  canAct,
})}
<nav class="pages" aria-label="Pages">
${isFirst ? "" : html`<a href="${basePath}/generations?q=${encodeURIComponent(text)}">First page</a>`}
${found.next === null ? "" : html`<a rel="next" href="${basePath}/generations?q=${encodeURIComponent(text)}&amp;before=${found.next}">${found.isCut ? "Continue the search" : "Next page"}</a>`}
</nav>`;
  return page(request, { heading: "Generations", isLive: isFirst, isList: true, body });
}

function tickBox(id: string): Markup {
  return html`<input type="checkbox" name="id" value="${id}" aria-label="Select ${id}">`;
}

/** The rows in a form that opens the page of a bulk. */
function selectable(
  { deps }: PageRequest,
  { canAct, table, text }: { readonly table: Markup; readonly text: string; readonly canAct: boolean },
): Markup {
  if (!canAct) return table;
  const { basePath } = deps.settings;
  return html`<form action="${basePath}/bulk">${table}
<p class="bulk"><button data-key="a">Act on selected <kbd aria-hidden="true">a</kbd></button> <span id="ticked"></span> <a href="${basePath}/bulk?q=${encodeURIComponent(text)}">Act on all that match</a></p></form>`;
}
