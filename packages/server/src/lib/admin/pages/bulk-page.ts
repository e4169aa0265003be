import { html } from "hono/html";
import type { OperatorBulk } from "../../ports/store/operator-store.js";
import { actionLabels } from "../action-labels.js";
import { bulkActions } from "../actions/act-on-generation.js";
import { keyOfBulk } from "../actions/run-bulk.js";
import { isPermitted } from "../admin-options.js";
import { type Markup, type PageRequest, page } from "./layout.js";
import { count, time } from "./values.js";

/** The progress of a bulk. Its button continues it; the script presses it once after each response. */
export function bulkPage(request: PageRequest, { applied, record, total, unchanged }: OperatorBulk): Markup {
  const { basePath } = request.deps.settings;
  const left = total - applied - unchanged;
  const name = bulkActions.find((known) => known === record.action);
  const mayContinue = left > 0 && name !== undefined && isPermitted(request.c.env.operator, name);
  const key = keyOfBulk(record.bulk ?? "");
  const body = html`
<p>${actionLabels[record.action]} by ${record.actor}, ${time(record.at)}: ${record.reason}</p>
<p class="result ${left === 0 ? "applied" : "unchanged"}" role="status">${count(applied + unchanged)} of ${count(total)} done: ${count(applied)} applied, ${count(unchanged)} unchanged, because their state did not allow it.</p>
<progress max="${total}" value="${applied + unchanged}" aria-label="Progress of the bulk"></progress>
${
  mayContinue
    ? html`<form method="post" action="${basePath}/bulk/${name}" data-continue>
<input type="hidden" name="key" value="${key}"><input type="hidden" name="reason" value="${record.reason}">
<p>Each generation is changed once, however often you continue.</p><button>Continue</button></form>`
    : ""
}
<p><a href="${basePath}/actions">All actions</a></p>`;
  return page(request, { heading: "Bulk action", body });
}
