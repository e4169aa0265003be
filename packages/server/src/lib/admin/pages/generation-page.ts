import { html } from "hono/html";
import type { GenerationDetail } from "../../ports/store/operator-store.js";
import { isLedgerUsed } from "../../service/credits/billing.js";
import { allowedActions, type GenerationAction, keptCredits } from "../actions/act-on-generation.js";
import { needsHostStatement, refundedByHost } from "../actions/credit-keeper.js";
import { isPermitted } from "../admin-options.js";
import type { OwnerContent, OwnerOutput } from "../owner-content.js";
import { type Markup, type PageRequest, page } from "./layout.js";
import { reasonForm } from "./reason-form.js";
import { timelineOf } from "./timeline-of.js";
import {
  accountLink,
  actionColumns,
  actionResult,
  actionRow,
  count,
  duration,
  generationLink,
  searchLink,
  status,
  table,
  term,
  textOr,
  time,
} from "./values.js";

interface DetailView {
  readonly detail: GenerationDetail;
  /** `null` until a reveal. */
  readonly content: OwnerContent | null;
}

export function generationPage(request: PageRequest, view: DetailView): Markup {
  const { detail } = view;
  const body = html`
${actionResult(request, detail.actions)}
${facts(request, detail)}
${actionForms(request, detail)}
${contentSection(request, view)}
<section><h2>Timeline</h2>
<ol class="timeline">${timelineOf(detail).map(({ at, text, isFailure }) => html`<li${isFailure ? html` class="failure"` : ""}>${time(at)} <span>${text}</span></li>`)}</ol></section>
<section><h2>Attempts</h2>${attempts(view)}</section>
<section><h2>Ledger</h2>${entries(detail)}</section>
<section><h2>Actions of operators</h2>
${table({
  caption: "Actions of operators",
  columns: actionColumns,
  rows: detail.actions.map((record) => actionRow(request, record)),
  empty: "No operator has acted on this generation.",
})}</section>`;
  // A reveal is the response to a POST: its URL cannot be loaded again.
  const isLive = detail.summary.finishedAt === null && view.content === null;
  return page(request, { heading: "Generation", isLive, body });
}

function facts(request: PageRequest, { entries, generation, now, summary }: GenerationDetail): Markup {
  const { links } = request.deps.settings;
  const { accountId, credits, id, model, ownerId, refundedCredits, retryOf, scope, teamId } = generation;
  const byOperator = entries.reduce((sum, { amount, refundOf }) => sum + (refundOf === null ? 0 : amount), 0);
  const fact = (name: string, value: Markup | string) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
  return html`<dl class="facts">
${fact("Id", html`<code>${id}</code>`)}
${fact("Status", html`${status(summary)}${summary.deletedAt === null ? "" : " deleted"}`)}
${fact("Model", model)}
${fact("Owner", html`${searchLink(request, [term("owner", ownerId), ownerId])}${outside(() => links.owner?.(ownerId))}`)}
${teamId === null ? "" : fact("Team", teamId)}
${fact("Account", html`${accountLink(request, accountId)}${outside(() => links.account?.(accountId))}`)}
${fact("Credits", `${count(credits)}, refunded ${count(refundedCredits)}${byOperator === 0 ? "" : `, refunded by an operator ${count(byOperator)}`}`)}
${fact("Failure", textOr(generation.failureCode))}
${fact("Scope", textOr(scope))}
${fact("Submitted", time(generation.createdAt))}
${fact("Due", html`${time(summary.dueAt)}${summary.isLeased ? " (leased)" : ""}`)}
${summary.finishedAt === null ? fact("Deadline", time(generation.deadlineAt)) : ""}
${fact("Duration", duration((generation.finishedAt ?? now) - generation.createdAt))}
${fact("Expired leases", String(generation.expiredLeases))}
${retryOf === null ? "" : fact("Retry of", generationLink(request, retryOf))}
</dl>`;
}

/** A link into the host. None if the host's function throws, such as for a deleted owner. */
function outside(link: () => string | undefined): Markup | "" {
  try {
    const url = link();
    return url === undefined ? "" : html` <a href="${url}" rel="noreferrer">open in the host</a>`;
  } catch {
    return "";
  }
}

const labels: Readonly<Record<GenerationAction, readonly [label: string, effect: string]>> = {
  wake: ["Retry now", "Makes it due, so that a worker continues at once."],
  cancel: ["Cancel", "As the owner's cancel, with the refund of the model's policy."],
  end: ["End and refund", "Fails it with ended_by_operator, refunds it, and cancels its job at the provider."],
  refund: ["Refund", "Returns credits of a completed generation to the account"],
  retry: [
    "Retry for the owner",
    "Submits its input again, as a generation of the owner, at the current price. Limits and beforeSubmit do not apply.",
  ],
  announce: ["Announce again", "Announces its end to your hooks and your webhook again, with the same key."],
  delete: ["Delete the content", "Deletes its input and its files for good, as the owner can. The ledger stays."],
};

function actionForms(request: PageRequest, detail: GenerationDetail): Markup {
  const { operator } = request.c.env;
  const { announceTo, billing, toRetryCommand } = request.deps.access.service;
  const isOffered = (name: GenerationAction) =>
    isPermitted(operator, name) &&
    (name !== "refund" || isLedgerUsed(billing)) &&
    (name !== "retry" || toRetryCommand !== null) &&
    (name !== "announce" || announceTo.length > 0);
  const permitted = [...allowedActions(detail)].filter(isOffered);
  const allowed = permitted.filter((action) => !needsHostStatement(detail.summary, { action, billing }));
  if (permitted.length === 0) return html``;
  const note =
    allowed.length < permitted.length
      ? html`<p class="empty">Cancel and end are not offered here. ${refundedByHost}</p>`
      : "";
  return html`<section><h2>Act</h2>${note}<div class="actions">
${allowed.map((name) => {
  const [label, effect] = labels[name];
  const action = `${request.deps.settings.basePath}/generations/${detail.generation.id}/${name}`;
  const form = { action, label, effect, fields: "" as const, ...partsOf(request, { name, detail }) };
  return html`<details><summary>${label}</summary>
${reasonForm(form)}</details>`;
})}
</div></section>`;
}

/** The fields of a form, and its effect if it depends on the generation. */
function partsOf(
  request: PageRequest,
  { detail, name }: { readonly name: GenerationAction; readonly detail: GenerationDetail },
): { readonly effect?: Markup; readonly fields?: Markup } {
  const receiver = accountLink(request, detail.summary.refundAccountId);
  if (name === "refund") {
    const kept = keptCredits(detail.generation);
    return {
      effect: html`${labels.refund[1]} ${receiver}, once.`,
      fields: html`<label>Credits <input name="credits" type="number" min="1" max="${kept}" value="${kept}" required></label>`,
    };
  }
  if (name !== "retry") return {};
  return {
    fields: html`<input type="hidden" name="key" value="${request.deps.newKey()}">
<fieldset><legend>Who pays</legend><label><input type="radio" name="charge" value="free" required checked> no account: it is free</label>
<label><input type="radio" name="charge" value="owner"> the account ${receiver}</label></fieldset>`,
  };
}

function contentSection(request: PageRequest, { content, detail }: DetailView): Markup {
  const { basePath, reveal } = request.deps.settings;
  const { generation, summary } = detail;
  if (summary.deletedAt !== null) return html`<p class="empty">The content was deleted.</p>`;
  if (content !== null) {
    const { input, metadata, outputs } = content;
    return html`<section><h2>Content</h2>
<pre>${JSON.stringify({ input, metadata }, null, 2)}</pre>
<div class="outputs">${outputs.map(outputMarkup)}</div></section>`;
  }
  if (reveal === "never" || !isPermitted(request.c.env.operator, "reveal")) {
    return html`<p class="empty">The content of the owner is hidden.</p>`;
  }
  const action = `${basePath}/generations/${generation.id}/reveal`;
  const effect = `Shows the input and ${generation.outputs.length} outputs on this page. The reveal is recorded.`;
  return html`<section><h2>Content</h2><details><summary>Reveal</summary>
${reasonForm({ action, label: "Reveal", effect, fields: "" })}</details></section>`;
}

function outputMarkup({ kind, thumbnailUrl, url }: OwnerOutput, index: number): Markup {
  const label = `Output ${index}`;
  if (kind === "audio") return html`<audio src="${url}" aria-label="${label}" controls preload="none"></audio>`;
  if (kind === "video") {
    const poster = thumbnailUrl === null ? "" : html` poster="${thumbnailUrl}"`;
    return html`<video src="${url}" aria-label="${label}" controls preload="metadata"${poster}></video>`;
  }
  return html`<a href="${url}" rel="noreferrer"><img src="${thumbnailUrl ?? url}" alt="${label}" loading="lazy"></a>`;
}

/** A vendor's message may quote the prompt, and its handle may contain the URL of the result: both are content. */
function attempts({ content, detail }: DetailView): Markup {
  const { attempts: rows, generation, now } = detail;
  // An attempt can stay open, but no worker waits for it after the end of its generation.
  const end = generation.finishedAt ?? now;
  const contentOf = (text: string | null): Markup =>
    text === null || content !== null ? textOr(text) : html`<small>hidden</small>`;
  return table({
    caption: "Attempts",
    columns: ["No.", "Provider", "State", "Job", "Started", { number: "Duration" }, "Error", { number: "Costs" }],
    rows: rows.map(
      ({ costs, endedAt, failure, number, operation, providerId, startedAt, state }) => html`<tr>
<td>${number}</td><td>${providerId}</td><td>${state}</td><td><code>${contentOf(operation)}</code></td><td>${time(startedAt)}</td>
<td class="number">${duration((endedAt ?? end) - startedAt)}</td>
<td>${failure === null ? textOr(null) : html`<b>${failure.code}</b> ${contentOf(failure.message)}`}</td>
<td class="number">${costs.map(({ amount, unit }) => html`<div>${amount} ${unit}</div>`)}</td></tr>`,
    ),
    empty: "No attempt yet: no worker has sent a request.",
  });
}

function entries({ entries: rows }: GenerationDetail): Markup {
  return table({
    caption: "Ledger entries",
    columns: ["Time", "Kind", { number: "Amount" }, "Rule"],
    rows: rows.map(
      ({ amount, createdAt, kind, reason }) =>
        html`<tr><td>${time(createdAt)}</td><td>${kind}</td><td class="number">${count(amount)}</td><td>${textOr(reason)}</td></tr>`,
    ),
    empty: "No ledger entries.",
  });
}
