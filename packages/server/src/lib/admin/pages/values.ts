import { html } from "hono/html";
import { statusOf } from "../../generation/generation-state.js";
import type { GenerationSummary, OperatorActionName, OperatorActionRecord } from "../../ports/store/operator-store.js";
import type { Markup, PageRequest } from "./layout.js";

const none = html`<span class="none">–</span>`;

/** An instant in UTC. The script replaces the text with a relative time, and keeps UTC in the tooltip. */
export function time(epochMs: number | null): Markup {
  // A row that a wrong clock wrote may be outside the range of `Date`.
  if (epochMs === null || Math.abs(epochMs) > 8_640_000_000_000_000) return none;
  const iso = new Date(epochMs).toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 19).replace("T", " ")}</time>`;
}

export function duration(ms: number | null): Markup {
  if (ms === null || ms < 0) return none;
  const seconds = ms / 1000;
  if (seconds < 60) return html`${seconds.toFixed(1)} s`;
  if (seconds < 3_600) return html`${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
  return html`${Math.floor(seconds / 3_600)} h ${Math.floor((seconds % 3_600) / 60)} min`;
}

export const count = (value: number): string => value.toLocaleString("en-US");

export const textOr = (value: string | null): Markup => (value === null || value === "" ? none : html`${value}`);

/** The public status, and the internal state if it differs. */
export function status({ state, startedAt }: Pick<GenerationSummary, "state" | "startedAt">): Markup {
  const name = statusOf(state, startedAt);
  return html`<span class="status ${name}">${name}</span>${name === state ? "" : html` <small>${state}</small>`}`;
}

/** @param search the query, or the query and its label. Without a query, the label is plain text. */
export function searchLink(
  { deps }: PageRequest,
  search: string | readonly [query: string | null, label: string],
): Markup {
  const [query, label] = typeof search === "string" ? [search, search] : search;
  if (query === null) return html`${label}`;
  return html`<a href="${deps.settings.basePath}/generations?q=${encodeURIComponent(query)}">${label}</a>`;
}

/** A term of a search; `null` for a value that no term can express. */
export function term(name: string, value: string): string | null {
  if (/^[^\s"]\S*$/.test(value)) return `${name}:${value}`;
  return value.includes('"') ? null : `${name}:"${value}"`;
}

export function generationLink({ deps }: PageRequest, id: string): Markup {
  return html`<a href="${deps.settings.basePath}/generations/${id}"><code>${id}</code></a>`;
}

export function accountLink({ deps }: PageRequest, id: string): Markup {
  return html`<a href="${deps.settings.basePath}/accounts?id=${encodeURIComponent(id)}">${id}</a>`;
}

/** The head of a column: its name, or that of a column of numbers. */
type Column = string | { readonly number: string };

/** A table that scrolls within its own box on a narrow page. */
export function table(options: {
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Markup[];
  readonly empty: string;
}): Markup {
  const { caption, columns, empty, rows } = options;
  if (rows.length === 0) return html`<p class="empty">${empty}</p>`;
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table>
<thead><tr>${columns.map(columnHead)}</tr></thead>
<tbody>${rows}</tbody>
</table></div>`;
}

function columnHead(column: Column): Markup {
  return typeof column === "string"
    ? html`<th scope="col">${column}</th>`
    : html`<th scope="col" class="number">${column.number}</th>`;
}

/** Columns of {@link generationRow}. */
export const generationColumns: readonly Column[] = [
  "Id",
  "Status",
  "Model, provider",
  "Owner",
  { number: "Credits" },
  { number: "Attempts" },
  "Submitted",
  { number: "Duration" },
  "Failure",
];

export function generationRow(
  request: PageRequest,
  {
    generation,
    isSelectable = false,
    now,
  }: { readonly generation: GenerationSummary; readonly now: number; readonly isSelectable?: boolean },
): Markup {
  const { attempts, createdAt, credits, failureCode, finishedAt, id, model, ownerId, providerId, refundedCredits } =
    generation;
  const box = html`<td class="box"><input type="checkbox" name="id" value="${id}" aria-label="Select ${id}"></td>`;
  return html`<tr>${isSelectable ? box : ""}
<td>${generationLink(request, id)}</td>
<td>${status(generation)}</td>
<td>${model}${providerId === null ? "" : html`<br><small>${providerId}</small>`}</td>
<td>${searchLink(request, [term("owner", ownerId), ownerId])}</td>
<td class="number">${count(credits)}${refundedCredits > 0 ? html` <small>−${count(refundedCredits)}</small>` : ""}</td>
<td class="number">${attempts}</td>
<td>${time(createdAt)}</td>
<td class="number">${duration((finishedAt ?? now) - createdAt)}</td>
<td>${textOr(failureCode)}</td>
</tr>`;
}

export function actionRow(request: PageRequest, record: OperatorActionRecord): Markup {
  const { action, actor, at, bulk, outcome, reason, subject } = record;
  const { basePath } = request.deps.settings;
  const link = subject.startsWith("gen_")
    ? generationLink(request, subject)
    : subject === "*"
      ? ""
      : accountLink(request, subject);
  return html`<tr>
<td>${time(at)}</td>
<td>${actor}</td>
<td>${action}</td>
<td>${link}${bulk === null ? "" : html` <a href="${basePath}/bulk/${bulk}">bulk</a>`}</td>
<td>${reason}</td>
<td>${outcome}</td>
<td>${changes(request, record)}</td>
</tr>`;
}

export const actionColumns = ["Time", "Operator", "Action", "Subject", "Reason", "Outcome", "Change"];

/** The fields that an action changed. */
function changes(request: PageRequest, { after, before }: OperatorActionRecord): Markup {
  const names = Object.keys({ ...before, ...after }).filter(
    (name) => before?.[name] !== after?.[name] && name !== "dueAt",
  );
  if (names.length === 0) return none;
  const value = (name: string, text: string | number | null = null) =>
    name === "retry" && text !== null ? generationLink(request, String(text)) : (text ?? "–");
  return html`${names.map((name) => html`<div>${name}: ${value(name, before?.[name])} → ${value(name, after?.[name])}</div>`)}`;
}

/** Why an action changed nothing. */
const unchangedReasons: Readonly<Partial<Record<OperatorActionName, string>>> = {
  wake: "the generation has ended, or a worker holds it",
  cancel: "the generation has ended, or its cancel was requested before",
  end: "the generation has ended, or its result is being stored",
  refund: "the generation was refunded before, or its refunds go to another account by now",
  retry: "the balance is too low, or the owner or the account was deleted",
  delete: "the content was deleted before, or the generation belongs to another owner by now",
  announce: "the generation has not ended",
  deliver: "it was delivered or dropped before",
  drop: "it was delivered or dropped before",
  adjust: "the form was sent before, or the balance is too low or too high for it",
};

/** Shows the result of the action from which the operator was redirected. */
export function actionResult({ c }: PageRequest, actions: readonly OperatorActionRecord[]): Markup | "" {
  const record = actions.find(({ position }) => String(position) === c.req.query("action"));
  if (record === undefined) return "";
  const { action, outcome } = record;
  const text =
    outcome === "applied" ? "was applied" : `changed nothing: ${unchangedReasons[action] ?? "it was too late"}`;
  return html`<p class="result ${outcome}" role="status">The action ${action} ${text}.</p>`;
}
