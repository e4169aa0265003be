import { html } from "hono/html";
import type { GenerationState } from "../../generation/generation-state.js";
import type { GenerationSummary, OperatorOverview, OutcomeCount } from "../../ports/store/operator-store.js";
import { hourChart } from "./hour-chart.js";
import { type Markup, type PageRequest, page } from "./layout.js";
import { count, duration, generationColumns, generationRow, searchLink, table, term } from "./values.js";

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
  readonly stuck: readonly GenerationSummary[];
  readonly unserved: readonly string[];
  readonly scanLimit: number;
}

export function overviewPage(request: PageRequest, view: OverviewView): Markup {
  const { active, counted, hours, now, outcomes, scanLimit, stuck, unserved } = view;
  const stuckCount = active.reduce((sum, row) => sum + row.stuck, 0);
  const activeCount = active.reduce((sum, row) => sum + row.count, 0);
  const oldestMs = Math.max(0, ...active.map(({ oldestDueAt }) => now - oldestDueAt));
  const body = html`
${unserved.length === 0 ? "" : html`<p class="result unchanged" role="status">Due for over a minute: ${unserved.join(", ")}. No running worker has these models.</p>`}
<section><h2>In progress</h2>
${activeCount >= scanLimit ? html`<p class="note">Counts the ${count(activeCount)} generations that have been due for longest only. The links search all.</p>` : ""}
<dl class="tiles">
${activeStates.map((state) => {
  const found = active.find((row) => row.state === state);
  return tile(searchLink(request, [`state:${state}`, state]), count(found?.count ?? 0));
})}
${tile(searchLink(request, ["is:stuck", "stuck"]), count(stuckCount))}
${tile("longest due", duration(oldestMs))}
</dl></section>
<section><h2>Needs attention</h2>
${table({
  caption: "Stuck generations",
  columns: generationColumns,
  rows: stuck.map((generation) => generationRow(request, { generation, now })),
  empty:
    "No generation is stuck. One appears here past its deadline, unclaimed for a minute, or with an unknown outcome.",
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
    .map(
      ([code, rows]) =>
        html`<tr><td>${searchLink(request, [term("failure", code), code])}</td><td class="number">${count(sum(rows))}</td></tr>`,
    ),
  empty: "No failures in this time.",
})}
</div></section>`;
  return page(request, { heading: "Overview", isLive: true, body });
}

function tile(label: Markup | string, value: Markup | string): Markup {
  return html`<div><dt>${label}</dt><dd>${value}</dd></div>`;
}

const sum = (rows: readonly OutcomeCount[]): number => rows.reduce((total, row) => total + row.count, 0);

function modelRow(
  request: PageRequest,
  { model, rows }: { readonly model: string; readonly rows: readonly OutcomeCount[] },
): Markup {
  const of = (state: GenerationState) => count(sum(rows.filter((row) => row.state === state)));
  const kept = rows.reduce((total, { credits, refundedCredits, state }) => {
    return state === "completed" || state === "failed" || state === "canceled"
      ? total + credits - refundedCredits
      : total;
  }, 0);
  return html`<tr><td>${searchLink(request, [term("model", model), model])}</td><td class="number">${count(sum(rows))}</td>
<td class="number">${of("completed")}</td><td class="number">${of("failed")}</td><td class="number">${of("canceled")}</td>
<td class="number">${count(kept)}</td></tr>`;
}

/** The groups with the most generations first. */
function groupBy(rows: readonly OutcomeCount[], keyOf: (row: OutcomeCount) => string) {
  const groups = new Map<string, OutcomeCount[]>();
  for (const row of rows) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row]);
  return [...groups].sort(([, left], [, right]) => sum(right) - sum(left));
}
