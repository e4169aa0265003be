import { html } from "hono/html";
import type { OperatorActionName, OperatorActionRecord } from "../../ports/store/operator-store.js";
import { actionLabels } from "../action-labels.js";
import { actionColumns, actionRow } from "./action-rows.js";
import { type Markup, type PageRequest, page } from "./layout.js";
import { table } from "./table.js";

/** The filters of the list; empty for any value. */
export interface ActionsFilter {
  readonly action: OperatorActionName | "";
  readonly actor: string;
  readonly owner: string;
}

interface ActionsView {
  readonly actions: readonly OperatorActionRecord[];
  readonly filter: ActionsFilter;
  /** The `before` of the next page; `null` at the end. */
  readonly next: number | null;
  /** Whether the list ended because it had read `scanLimit` rows. */
  readonly isCut: boolean;
  /** Whether it is the first page. */
  readonly isFirst: boolean;
}

export function actionsPage(request: PageRequest, view: ActionsView): Markup {
  const { actions, filter, isCut, next } = view;
  const { basePath } = request.deps.settings;
  const query = new URLSearchParams(Object.entries(filter).filter(([, value]) => value !== ""));
  if (next !== null) query.set("before", String(next));
  const body = html`
${filterForm(request, filter)}
${table({
  caption: "Actions of operators",
  columns: actionColumns,
  rows: actions.map((record) => actionRow(request, record)),
  empty: emptyText(view),
})}
<nav class="pages" aria-label="Pages">${next === null ? "" : html`<a rel="next" href="${basePath}/actions?${query.toString()}">${isCut ? "Continue the search" : "Next page"}</a>`}</nav>`;
  return page(request, { heading: "Actions", body });
}

function emptyText({ filter, isCut, isFirst }: ActionsView): string {
  const isFiltered = Object.values(filter).some((value) => value !== "");
  if (isCut) return "No match so far. Continue the search below.";
  if (!isFirst) return isFiltered ? "No earlier action matches." : "There is no earlier action.";
  return isFiltered
    ? "No action matches. The operator and the owner are exact: the name as in the column, and the id of a user or an account."
    : "No operator has acted yet. Each cancel, refund, reveal or audit of this page appears here, with its reason.";
}

function filterForm({ deps }: PageRequest, { action, actor, owner }: ActionsFilter): Markup {
  const { basePath } = deps.settings;
  const field = (name: string, { label, value }: { readonly label: string; readonly value: string }) =>
    html`<label>${label} <input name="${name}" value="${value}" autocomplete="off" spellcheck="false"></label>`;
  return html`<form class="filter fields" action="${basePath}/actions">
<label>Action <select name="action"><option value="">any</option>${Object.entries(actionLabels).map(
    ([name, label]) => html`<option value="${name}"${name === action ? html` selected` : ""}>${label}</option>`,
  )}</select></label>
${field("actor", { label: "Operator", value: actor })}
${field("owner", { label: "Owner or account", value: owner })}
<button>Filter</button> <a href="${basePath}/actions">all</a>
</form>`;
}
