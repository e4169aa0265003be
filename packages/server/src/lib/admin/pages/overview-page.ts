import { html } from "hono/html";
import type { GenerationState } from "../../generation/generation-state.js";
import type { OperatorOverview, OutcomeCount } from "../../ports/store/operator-counts.js";
import { countOf, groupBy } from "../count-outcomes.js";
import { type FailingModel, failingModelsOf } from "../failing-models.js";
import { slowMeaning } from "../slow-limits.js";
import { generationColumns, generationRow } from "./generation-rows.js";
import { hourChart } from "./hour-chart.js";
import { type Markup, type PageRequest, page } from "./layout.js";
import { none, type Row, table } from "./table.js";
import { count, duration, modelLink, searchLink, term } from "./values.js";

const activeStates: readonly GenerationState[] = [
  "queued",
  "submitting",
  "running",
  "storing",
  "retry_wait",
  "reconciling",
];

interface OverviewView extends OperatorOverview {
  readonly hours: number;
  readonly unserved: readonly string[];
  readonly scanLimit: number;
}

export function overviewPage(request: PageRequest, view: OverviewView): Markup {
  const { active, counted, hours, now, outcomes, scanLimit, slow, stuck, unserved } = view;
  const stuckCount = active.reduce((total, row) => total + row.stuck, 0);
  const activeCount = countOf(active);
  const oldestMs = Math.max(0, ...active.map(({ oldestDueAt }) => now - oldestDueAt));
  const body = html`
${unserved.length === 0 ? "" : html`<p class="result unchanged" role="status">Due for over a minute: ${unserved.join(", ")}. No running worker has these models.</p>`}
<section><h2>In progress</h2>
${activeCount >= scanLimit ? html`<p class="note">Counts only the ${count(activeCount)} longest-due generations. The links search all.</p>` : ""}
<dl class="tiles">
${activeStates.map((state) => {
  const rows = active.filter((row) => row.state === state);
  return tile(searchLink(request, { query: `state:${state}`, label: state }), count(countOf(rows)));
})}
${tile(searchLink(request, { query: "is:stuck", label: "stuck" }), count(stuckCount))}
${tile("longest wait for a worker", duration(oldestMs))}
</dl>
${waitingOwners(request, view)}</section>
<section><h2>Needs attention</h2>
${failingModelsOf(outcomes, hours).map((failing) => failingNotice(request, failing))}
${table({
  caption: "Stuck generations",
  columns: generationColumns,
  rows: stuck.map((generation) => generationRow(request, { generation, now })),
  empty:
    "No generation is stuck. One appears here past its deadline, unclaimed for a minute, storing for five minutes, or with an unknown outcome.",
})}
<h3>${searchLink(request, { query: "is:slow", label: "Slower than usual" })}</h3>
${table({
  caption: "Slow generations",
  columns: generationColumns,
  rows: slow.map((generation) => generationRow(request, { generation, now })),
  empty: `No generation is slow. One appears here when it is ${slowMeaning}.`,
})}</section>
<section><h2>Last ${hours} hours</h2>
${counted >= scanLimit ? html`<p class="note">Counts the newest ${count(counted)} generations only.</p>` : ""}
${hourChart(outcomes, hours)}
<div class="columns">
${table({
  caption: "By model",
  columns: [
    "Model",
    { number: "Submitted" },
    { number: "Completed" },
    { number: "Failed" },
    { number: "Canceled" },
    { number: "Credits kept" },
  ],
  rows: groupBy(outcomes, ({ model }) => model).map(([model, rows]) => modelRow(request, { model, rows })),
  empty: "No generation was submitted in this time.",
})}
${table({
  caption: "Failures",
  columns: ["Failure", { number: "Generations" }],
  rows: groupBy(outcomes, ({ failureCode }) => failureCode ?? "")
    .filter(([code]) => code !== "")
    .map(([code, rows]) => [searchLink(request, { query: term("failure", code), label: code }), count(countOf(rows))]),
  empty: "No failures in this time.",
})}
</div></section>`;
  return page(request, { heading: "Overview", isLive: true, body });
}

function failingNotice(request: PageRequest, { ended, failed, failureCode, model }: FailingModel): Markup {
  const name = term("model", model);
  const query = name === null ? null : `${name} status:failed`;
  return html`<p class="result unchanged" role="status">${searchLink(request, { query, label: model })}: ${count(failed)} of the ${count(ended)} generations submitted in this hour and the previous one failed, most often with <code>${failureCode}</code>. See <a href="${request.deps.settings.basePath}/vendors">Vendors</a>.</p>`;
}

/** The owners that hold up the queue. Nothing if no generation waits. */
function waitingOwners(request: PageRequest, { waitingOwners: owners }: OverviewView): Markup | "" {
  if (owners.length === 0) return "";
  return html`<h3>Waiting owners</h3>
${table({
  caption: "Owners with waiting generations",
  columns: ["Owner", { number: "Waiting" }, { number: "In progress" }],
  rows: owners.map(({ inProgress, ownerId, waiting }) => {
    const owner = term("owner", ownerId);
    const query = owner === null ? null : `${owner} state:queued,retry_wait`;
    return [searchLink(request, { query, label: ownerId }), count(waiting), count(inProgress)];
  }),
  empty: "",
})}`;
}

function tile(label: Markup | string, value: string | null): Markup {
  return html`<div><dt>${label}</dt><dd>${value ?? none}</dd></div>`;
}

function modelRow(
  request: PageRequest,
  { model, rows }: { readonly model: string; readonly rows: readonly OutcomeCount[] },
): Row {
  const of = (state: GenerationState) => count(countOf(rows.filter((row) => row.state === state)));
  const kept = rows.reduce((total, { credits, refundedCredits, state }) => {
    return state === "completed" || state === "failed" || state === "canceled"
      ? total + credits - refundedCredits
      : total;
  }, 0);
  return [modelLink(request, model), count(countOf(rows)), of("completed"), of("failed"), of("canceled"), count(kept)];
}
