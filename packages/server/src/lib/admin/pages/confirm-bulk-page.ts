import { html } from "hono/html";
import { actionLabels } from "../action-labels.js";
import { type BulkAction, bulkActions } from "../actions/act-on-generation.js";
import { type BulkSelection, maxUntypedCount } from "../actions/select-for-bulk.js";
import { isPermitted } from "../admin-options.js";
import { actForm } from "./act-form.js";
import { backLink, type Markup, type PageRequest, page } from "./layout.js";
import { count, generationLink } from "./values.js";

interface ConfirmView {
  readonly search: string;
  /** Whether the generations are those of a search, not of a selection. */
  readonly isSearch: boolean;
  readonly selection: BulkSelection;
  /** Idempotency key: a double submit starts one bulk. */
  readonly key: string;
}

const effects: Readonly<Record<BulkAction, string>> = {
  wake: "Makes each one due that no worker holds.",
  cancel: "As the owners' cancel, with the refund of each model's policy.",
  end: "Fails each one with ended_by_operator, refunds it, and cancels its job at the provider.",
};

/** Number of ids that the page lists. */
const shownIds = 20;

export function confirmBulkPage(request: PageRequest, view: ConfirmView): Markup {
  const { isSearch, search, selection } = view;
  const { credits, found, ids, isCut } = selection;
  const isEmpty = ids.length === 0;
  const source = isSearch
    ? html`${isCut ? "The newest " : ""}${generationsText(found)} ${found === 1 ? "matches" : "match"} ${search === "" ? "the empty search" : html`<code>${search}</code>`}`
    : html`${generationsText(found)} ${found === 1 ? "is" : "are"} selected`;
  const body = html`
<p>${source}; <b>${count(ids.length)}</b> of them ${ids.length === 1 ? "is" : "are"} active. Only active ones can change.${isEmpty ? "" : ` Together they cost ${count(credits)} credits.`}
${backLink(request)}</p>
${isEmpty ? html`<p class="empty">No active generation is selected: an ended one cannot be canceled, ended or retried.</p>` : html`${forms(request, view)}${listed(request, ids)}`}`;
  return page(request, { heading: "Act on several generations", body });
}

/** The generations that the forms act on. */
function listed(request: PageRequest, ids: readonly string[]): Markup {
  return html`<section><h2>Generations</h2><ul class="ids">${ids.slice(0, shownIds).map((id) => html`<li>${generationLink(request, id)}</li>`)}</ul>
${ids.length > shownIds ? html`<p class="note">and ${count(ids.length - shownIds)} more.</p>` : ""}</section>`;
}

const generationsText = (number: number): string => `${count(number)} ${number === 1 ? "generation" : "generations"}`;

function forms(request: PageRequest, { isSearch, key, search, selection: { ids } }: ConfirmView): Markup {
  const { basePath } = request.deps.settings;
  const permitted = bulkActions.filter((name) => isPermitted(request.c.env.operator, name));
  if (permitted.length === 0) return html`<p class="empty">You do not have the permission to act on generations.</p>`;
  const hidden = (name: string, value: string) => html`<input type="hidden" name="${name}" value="${value}">`;
  const typed = html`<label>Type ${ids.length} to confirm <input name="count" inputmode="numeric" pattern="${ids.length}" required autocomplete="off"></label>`;
  const fields = html`${hidden("key", key)}${hidden("expected", String(ids.length))}
${isSearch ? html`${hidden("q", search)}${hidden("newest", ids[0] ?? "")}` : hidden("ids", ids.join(" "))}
${ids.length > maxUntypedCount ? typed : ""}`;
  return html`<div class="actions">${permitted.map((name) => {
    const submit = `${actionLabels[name]}: ${ids.length}`;
    return actForm(name, { path: `${basePath}/bulk/${name}`, submit, effect: effects[name], fields });
  })}</div>`;
}
