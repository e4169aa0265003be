import { html } from "hono/html";
import type { OutcomeCount } from "../../ports/store/operator-counts.js";
import type { Markup } from "./layout.js";

const height = 80;
const barWidth = 10;
const ends = ["completed", "failed", "canceled", "active"] as const;

/** Stacked bars, one for each interval. The tables of the page have the same numbers as text. */
export function hourChart(outcomes: readonly OutcomeCount[], intervals: number): Markup {
  const bars = Array.from({ length: intervals }, (_, interval) => {
    const counts = { completed: 0, failed: 0, canceled: 0, active: 0 };
    for (const outcome of outcomes) {
      if (outcome.interval !== interval) continue;
      counts[ends.find((end) => end === outcome.state) ?? "active"] += outcome.count;
    }
    return counts;
  });
  const max = Math.max(1, ...bars.map((bar) => ends.reduce((sum, end) => sum + bar[end], 0)));
  return html`<svg class="chart" viewBox="0 0 ${intervals * barWidth} ${height}" role="img" preserveAspectRatio="none"
 aria-label="Generations by hour of the submit, at most ${max} in one hour">${bars.map((bar, index) => {
   let y = height;
   return ends.map((end) => {
     const size = (bar[end] / max) * height;
     y -= size;
     return html`<rect class="${end}" x="${index * barWidth + 1}" y="${y.toFixed(2)}" width="${barWidth - 2}" height="${size.toFixed(2)}"/>`;
   });
 })}</svg>
<p class="axis" aria-hidden="true"><span>${intervals} h ago</span><span>top: ${max} an hour</span><span>now</span></p>
<ul class="legend">${ends.map((end) => html`<li><i class="${end}"></i> ${end}</li>`)}</ul>`;
}
