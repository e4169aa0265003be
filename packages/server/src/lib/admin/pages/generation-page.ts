import { html } from "hono/html";
import { hasOwnReason } from "../../generation/provider-failure.js";
import type { GenerationDetail } from "../../ports/store/operator-store.js";
import { isPermitted } from "../admin-options.js";
import { flagsOf } from "../operator-detail.js";
import type { OwnerContent, OwnerOutput } from "../owner-content.js";
import { actForm } from "./act-form.js";
import { actionColumns, actionResult, actionRow } from "./action-rows.js";
import { attemptsSection } from "./attempts-section.js";
import { generationForms } from "./generation-forms.js";
import { backLink, type Markup, type PageRequest, page } from "./layout.js";
import { none, table } from "./table.js";
import { timelineOf } from "./timeline-of.js";
import { accountLink, count, duration, generationLink, ownerLink, status, time } from "./values.js";

interface DetailView {
  readonly detail: GenerationDetail;
  /** `null` until a reveal. */
  readonly content: OwnerContent | null;
  /** Whether the messages and job handles of vendors are shown. */
  readonly areVendorDetailsShown: boolean;
}

export function generationPage(request: PageRequest, view: DetailView): Markup {
  const { detail } = view;
  const body = html`<p>${backLink(request)}</p>
${actionResult(request, detail.actions)}
${facts(request, detail)}
${generationForms(request, detail)}
${contentSection(request, view)}
<section><h2>Timeline</h2>
<ol class="timeline">${timelineOf(detail).map(({ at, text, isFailure }) => html`<li${isFailure ? html` class="failure"` : ""}>${time(at)} <span>${text}</span></li>`)}</ol></section>
${attemptsSection(request, view)}
<section><h2>Ledger</h2>${ledgerTable(detail)}</section>
<section><h2>Actions of operators</h2>
${table({
  caption: "Actions of operators",
  columns: actionColumns,
  rows: detail.actions.map((record) => actionRow(request, record)),
  empty: "No operator has acted on this generation.",
})}</section>`;
  // A reveal is the response to a POST: its URL cannot be loaded again.
  const isLive = detail.summary.finishedAt === null && view.content === null && !view.areVendorDetailsShown;
  return page(request, { heading: "Generation", isLive, body });
}

function facts(request: PageRequest, detail: GenerationDetail): Markup {
  const { generation, now, summary } = detail;
  const { links } = request.deps.settings;
  const { accountId, credits, expiredLeases, id, model, ownerId, refundedCredits, retryOf, scope, teamId } = generation;
  const { refundedByOperator } = summary;
  const fact = (name: string, value: Markup | string | null) =>
    html`<div><dt>${name}</dt><dd>${value ?? none}</dd></div>`;
  return html`<dl class="facts">
${fact("Id", html`<code>${id}</code>`)}
${fact("Status", html`${status(summary)}${summary.deletedAt === null ? "" : " deleted"}`)}
${fact("Model", model)}
${fact("Owner", html`${ownerLink(request, ownerId)}${outside(() => links.owner?.(ownerId))}`)}
${teamId === null || teamId === ownerId ? "" : fact("Team", teamId)}
${fact("Paid by the account", html`${accountLink(request, accountId)}${outside(() => links.account?.(accountId))}`)}
${fact("Credits", [count(credits), refundedText("refunded", refundedCredits), refundedText("refunded by an operator", refundedByOperator)].filter(Boolean).join(", "))}
${generation.failureCode === null ? "" : fact("Failure", generation.failureCode)}
${flagsOf(generation).map(({ flags, index }) => fact(`Safety flags of the vendor, output ${index}`, flags.join(", ")))}
${scope === null ? "" : fact("Scope (label of the host)", scope)}
${fact("Submitted", time(generation.createdAt))}
${summary.finishedAt === null ? activeFacts(detail).map(([name, value]) => fact(name, value)) : ""}
${fact("Duration", duration((generation.finishedAt ?? now) - generation.createdAt))}
${expiredLeases === 0 ? "" : fact("Workers that crashed or hung with it", String(expiredLeases))}
${retryOf === null ? "" : fact("Retry of", generationLink(request, retryOf))}
</dl>`;
}

/** `""` for no refund. */
function refundedText(label: string, credits: number): string {
  return credits === 0 ? "" : `${label} ${count(credits)}`;
}

/** The facts of an active generation. */
function activeFacts(detail: GenerationDetail): readonly (readonly [name: string, value: Markup | null])[] {
  const { deadlineAt, progress, progressSource } = detail.generation;
  const { dueAt, isLeased } = detail.summary;
  const problem = storingProblem(detail);
  const estimated = progressSource === "estimate" ? " (estimated)" : "";
  return [
    ["Progress", progress === null ? null : html`${Math.floor(progress * 100)} %${estimated}`],
    isLeased ? ["A worker holds it until", time(dueAt)] : ["Next step of a worker", time(dueAt)],
    ["Deadline", time(deadlineAt)],
    ...(problem === null ? [] : [["Why its result is not stored yet", problem] as const]),
  ];
}

/** Why the last try could not store the result; `null` before a try has failed. */
function storingProblem({ attempts, generation }: GenerationDetail): Markup | null {
  const failure = attempts.at(-1)?.failure ?? null;
  // Without a reason of its own, it lists outputs that are left out, and not the cause that delays the others.
  if (generation.state !== "storing" || failure === null || !hasOwnReason(failure)) return null;
  return failure.causedBy === "checkOutput" ? html`your <code>checkOutput</code> failed` : html`${failure.code}`;
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
  const path = `${basePath}/generations/${generation.id}/reveal`;
  const effect = `Shows the input and ${generation.outputs.length} outputs on this page. The reveal is recorded.`;
  return html`<section><h2>Content</h2>${actForm("reveal", { path, effect })}</section>`;
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

function ledgerTable({ entries }: GenerationDetail): Markup {
  return table({
    caption: "Ledger entries",
    columns: ["Time", "Kind", { number: "Amount" }, "Rule"],
    rows: entries.map(({ amount, createdAt, kind, reason, refundOf }) => [
      time(createdAt),
      kind,
      count(amount),
      refundOf === null ? reason : "refund by an operator",
    ]),
    empty: "No ledger entries.",
  });
}
