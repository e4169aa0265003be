import { html } from "hono/html";
import type { CreditsList, LedgerRecord } from "../../ports/store/credits-store.js";
import type { OperatorActionRecord } from "../../ports/store/operator-store.js";
import { isPseudonym } from "../../service/owners/pseudonym.js";
import { actionLabels } from "../action-labels.js";
import { maxUntypedCredits } from "../actions/check-adjustment.js";
import { isPermitted } from "../admin-options.js";
import { actForm } from "./act-form.js";
import { actionColumns, actionResult, actionRow } from "./action-rows.js";
import { type Markup, type PageRequest, page } from "./layout.js";
import { type Row, table } from "./table.js";
import { count, generationLink, searchLink, term, time } from "./values.js";

interface AccountView {
  readonly accountId: string;
  /** `null` before a search. */
  readonly credits: CreditsList | null;
  readonly actions: readonly OperatorActionRecord[];
  /** Whether the host keeps the credits itself: nothing can be adjusted. */
  readonly isKeptByHost: boolean;
  /** Idempotency key: a double submit moves the credits once. */
  readonly key: string;
}

export function accountPage(request: PageRequest, view: AccountView): Markup {
  const { accountId, credits } = view;
  const { basePath } = request.deps.settings;
  const body = html`
<form class="filter" action="${basePath}/accounts">
<label for="account">Account</label>
<input id="account" name="id" value="${accountId}" autocomplete="off" spellcheck="false">
<button>Open</button>
</form>
${credits === null ? html`<p class="empty">Enter the exact id of an account: usually the user's id.</p>` : account(request, { ...view, credits })}`;
  return page(request, { heading: "Accounts", body });
}

function account(request: PageRequest, view: AccountView & { readonly credits: CreditsList }): Markup {
  const { accountId, actions, credits } = view;
  const { basePath } = request.deps.settings;
  if (credits.balance === null)
    return html`<p class="empty">No account has the id ${accountId}. An account begins with its first submit or grant.</p>`;
  const last = credits.entries.at(-1);
  return html`
${actionResult(request, actions)}
<p class="balance"><b>${count(credits.balance)}</b> credits · ${searchLink(request, { query: term("account", accountId), label: "its generations" })}</p>
${adjustForm(request, view)}
<section><h2>Ledger</h2>
${table({
  caption: "Ledger entries",
  columns: ["Time", "Kind", { number: "Amount" }, "Rule or reason", "Generation"],
  rows: credits.entries.map((entry) => entryRow(request, { entry, actions })),
  empty: "The account has no further entries.",
})}
<nav class="pages" aria-label="Pages">${credits.hasMore && last !== undefined ? html`<a rel="next" href="${basePath}/accounts?id=${encodeURIComponent(accountId)}&amp;before=${last.id}">Next page</a>` : ""}</nav></section>
<section><h2>Actions of operators</h2>
${table({
  caption: "Actions of operators",
  columns: actionColumns,
  rows: actions.map((record) => actionRow(request, record)),
  empty: "No operator has moved credits of this account, or of the generations of these ledger entries.",
})}</section>`;
}

/** An entry by an operator shows the reason of its action. It has none itself, because its owner sees the entry. */
function entryRow(
  request: PageRequest,
  { actions, entry }: { readonly entry: LedgerRecord; readonly actions: readonly OperatorActionRecord[] },
): Row {
  const { amount, createdAt, kind, reason, refundOf } = entry;
  const id = entry.generationId ?? refundOf;
  const cause = actions.find(({ after, outcome }) => outcome === "applied" && after?.entry === entry.id);
  return [
    time(createdAt),
    kind,
    count(amount),
    cause === undefined ? reason : `${actionLabels[cause.action]} by ${cause.actor}: ${cause.reason}`,
    id === null ? null : generationLink(request, id),
  ];
}

function adjustForm(request: PageRequest, { accountId, credits, isKeptByHost, key }: AccountView): Markup | "" {
  const { access, settings } = request.deps;
  if (isKeptByHost || access.service.billing === null || !isPermitted(request.c.env.operator, "adjust")) return "";
  if (isPseudonym(accountId)) return html`<p class="empty">The account was deleted with its owner.</p>`;
  const limit = maxUntypedCredits(credits?.balance ?? 0);
  return html`<section><h2>Act</h2><div class="actions">
${actForm("adjust", {
  path: `${settings.basePath}/accounts/adjust`,
  effect: "Adds credits, or takes them with a negative number. The balance never falls below 0.",
  fields: html`<input type="hidden" name="id" value="${accountId}"><input type="hidden" name="key" value="${key}">
<label>Credits <input name="amount" type="number" step="1" required></label>
<label>Credits again, if more than ${count(limit)} <input name="confirm" inputmode="numeric" autocomplete="off" data-above="${limit}"></label>`,
})}</div></section>`;
}
