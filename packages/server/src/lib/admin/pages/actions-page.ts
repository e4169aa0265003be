import { html } from "hono/html";
import type { OperatorActionRecord } from "../../ports/store/operator-store.js";
import { type Markup, type PageRequest, page } from "./layout.js";
import { actionColumns, actionRow, table } from "./values.js";

export function actionsPage(
  request: PageRequest,
  { actions, next }: { readonly actions: readonly OperatorActionRecord[]; readonly next: number | null },
): Markup {
  const body = html`${table({
    caption: "Actions of operators",
    columns: actionColumns,
    rows: actions.map((record) => actionRow(request, record)),
    empty:
      "No operator has acted yet. Each cancel, refund, reveal or audit of this page appears here, with its reason.",
  })}
<nav class="pages" aria-label="Pages">${next === null ? "" : html`<a rel="next" href="${request.deps.settings.basePath}/actions?before=${next}">Next page</a>`}</nav>`;
  return page(request, { heading: "Actions", body });
}
