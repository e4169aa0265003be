import { html } from "hono/html";
import type { OperatorActionName, OperatorActionRecord, OperatorSnapshot } from "../../ports/store/operator-store.js";
import { actionLabels } from "../action-labels.js";
import type { Markup, PageRequest } from "./layout.js";
import type { Row } from "./table.js";
import { accountLink, generationLink, time } from "./values.js";

export const actionColumns = ["Action", "Subject", "Reason", "Operator", "Time", "Outcome", "Change"];

export function actionRow(request: PageRequest, record: OperatorActionRecord): Row {
  const { action, actor, at, bulk, outcome, reason, subject } = record;
  const { basePath } = request.deps.settings;
  const link = subject.startsWith("gen_") ? generationLink(request, subject) : accountLink(request, subject);
  return [
    actionLabels[action],
    html`${subject === "*" ? "" : link}${bulk === null ? "" : html` <a href="${basePath}/bulk/${bulk}">bulk</a>`}`,
    reason,
    actor,
    time(at),
    outcome,
    changes(request, record),
  ];
}

/** The names of the fields of snapshots, as words. */
const fieldNames: ReadonlyMap<string, string> = new Map([
  ["failureCode", "failure"],
  ["refundedCredits", "refunded"],
  ["cancelRequestedAt", "cancel requested"],
  ["deletedAt", "content deleted"],
]);

/** Fields of snapshots that the page uses, and does not show. */
const hiddenFields: ReadonlySet<string> = new Set(["dueAt", "entry"]);

/** The fields that an action changed. Of a record with one snapshot, such as that of a bulk, all its fields. */
function changes(request: PageRequest, { after, before }: OperatorActionRecord): Markup | null {
  const from = new Map(after === null ? [] : Object.entries(before ?? {}));
  const to = Object.entries(after ?? before ?? {});
  const changed = to.filter(([name, value]) => value !== (from.get(name) ?? null) && !hiddenFields.has(name));
  if (changed.length === 0) return null;
  return html`${changed.map(([name, value]) => {
    const earlier = from.get(name) ?? null;
    const start = earlier === null ? "" : html`${fieldValue(request, { name, value: earlier })} → `;
    return html`<div>${fieldNames.get(name) ?? name}: ${start}${fieldValue(request, { name, value })}</div>`;
  })}`;
}

function fieldValue(
  request: PageRequest,
  { name, value }: { readonly name: string; readonly value: OperatorSnapshot[string] | undefined },
): Markup | string | number {
  if (value === null || value === undefined) return "–";
  if (name === "retry") return generationLink(request, String(value));
  return name === "cancelRequestedAt" || name === "deletedAt" ? (time(Number(value)) ?? "–") : value;
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
  adjust: "the form was sent before",
};

/** The result of the action whose record the URL names, with its time: the page may be open for long. */
export function actionResult(request: PageRequest, actions: readonly OperatorActionRecord[]): Markup | "" {
  const record = actions.find(({ position }) => String(position) === request.c.req.query("record"));
  if (record === undefined) return "";
  const { action, after, at, outcome } = record;
  const link =
    action === "retry" && outcome === "applied"
      ? html` The new generation: ${generationLink(request, String(after?.retry))}`
      : "";
  const text =
    outcome === "applied" ? "was applied" : `changed nothing: ${unchangedReasons[action] ?? "it was too late"}`;
  return html`<p class="result ${outcome}" role="status">“${actionLabels[action]}” ${text} (${time(at)}).${link}</p>`;
}
