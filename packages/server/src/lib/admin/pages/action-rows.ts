import { html } from "hono/html";
import type { OperatorActionName, OperatorActionRecord } from "../../ports/store/operator-store.js";
import { actionLabels } from "../action-labels.js";
import type { Markup, PageRequest } from "./layout.js";
import { none, type Row } from "./table.js";
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
const fieldNames: Readonly<Record<string, string>> = {
  failureCode: "failure",
  refundedCredits: "refunded",
  cancelRequestedAt: "cancel requested",
  deletedAt: "content deleted",
};

/** The fields that an action changed. */
function changes(request: PageRequest, { after, before }: OperatorActionRecord): Markup {
  const names = Object.keys({ ...before, ...after }).filter(
    (name) => before?.[name] !== after?.[name] && name !== "dueAt",
  );
  if (names.length === 0) return none;
  const value = (name: string, text: string | number | null | undefined): Markup | string | number => {
    if (text === null || text === undefined) return "–";
    if (name === "retry") return generationLink(request, String(text));
    return name === "cancelRequestedAt" || name === "deletedAt" ? time(Number(text)) : text;
  };
  return html`${names.map((name) => {
    const [from, to] = [before?.[name] ?? null, after?.[name]];
    return html`<div>${fieldNames[name] ?? name}: ${from === null ? "" : html`${value(name, from)} → `}${value(name, to)}</div>`;
  })}`;
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

/** Shows the result of the action from which the operator was redirected, with its time: the page may be open for long. */
export function actionResult({ c }: PageRequest, actions: readonly OperatorActionRecord[]): Markup | "" {
  const record = actions.find(({ position }) => String(position) === c.req.query("action"));
  if (record === undefined) return "";
  const { action, at, outcome } = record;
  const text =
    outcome === "applied" ? "was applied" : `changed nothing: ${unchangedReasons[action] ?? "it was too late"}`;
  return html`<p class="result ${outcome}" role="status">“${actionLabels[action]}” ${text} (${time(at)}).</p>`;
}
