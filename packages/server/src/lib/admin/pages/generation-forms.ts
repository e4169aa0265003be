import { html } from "hono/html";
import { refundFor } from "../../ledger/refund-for.js";
import type { GenerationDetail } from "../../ports/store/operator-store.js";
import { isLedgerUsed } from "../../service/credits/billing.js";
import { actionLabels } from "../action-labels.js";
import { allowedActions, type GenerationAction, keptCredits } from "../actions/act-on-generation.js";
import { needsHostStatement, refundedByHost } from "../actions/credit-keeper.js";
import { isPermitted } from "../admin-options.js";
import { actForm } from "./act-form.js";
import type { Markup, PageRequest } from "./layout.js";
import { accountLink, count, generationLink, time } from "./values.js";

/** The forms of the actions that the generation allows, and the operator may use. */
export function generationForms(request: PageRequest, detail: GenerationDetail): Markup {
  const { operator } = request.c.env;
  const { announceTo, billing, toRetryCommand } = request.deps.access.service;
  const isOffered = (name: GenerationAction) =>
    isPermitted(operator, name) &&
    (name !== "refund" || isLedgerUsed(billing)) &&
    (name !== "retry" || toRetryCommand !== null) &&
    (name !== "announce" || announceTo.length > 0);
  const permitted = [...allowedActions(detail)].filter(isOffered);
  if (permitted.length === 0) return html``;
  const isBlocked = (name: GenerationAction) => needsHostStatement(detail.summary, { action: name, billing });
  const blocked = permitted.filter(isBlocked).map((name) => `“${actionLabels[name]}”`);
  const note =
    blocked.length === 0 ? "" : html`<p class="empty">Not offered here: ${blocked.join(", ")}. ${refundedByHost}</p>`;
  return html`<section><h2>Act</h2>${note}<div class="actions">
${permitted
  .filter((name) => !isBlocked(name))
  .map((name) => {
    const path = `${request.deps.settings.basePath}/generations/${detail.generation.id}/${name}`;
    return actForm(name, { path, ...formOf(request, { name, detail }) });
  })}
</div></section>`;
}

/** The effect of an action, and the fields of its form. */
function formOf(
  request: PageRequest,
  { detail, name }: { readonly name: GenerationAction; readonly detail: GenerationDetail },
): { readonly effect: Markup | string; readonly fields?: Markup } {
  const { generation, summary } = detail;
  switch (name) {
    case "wake":
      return { effect: "Makes it due, so that a worker continues at once." };
    case "cancel":
      return {
        effect:
          "As the owner's cancel, with the refund of the model's policy. A job that its provider cannot stop may still complete.",
      };
    case "end": {
      const { credits } = refundFor(generation, { type: "failed", code: "ended_by_operator" });
      const refund = `${count(credits)} of ${count(generation.credits)} credits`;
      return { effect: `Fails it with ended_by_operator now, returns ${refund}, and cancels its job at the provider.` };
    }
    case "refund": {
      const kept = keptCredits(generation);
      return {
        effect: html`Returns credits of a completed generation to the account ${accountLink(request, summary.refundAccountId)}, once.`,
        fields: html`<label>Credits <input name="credits" type="number" min="1" max="${kept}" value="${kept}" required></label>`,
      };
    }
    case "retry":
      return {
        effect: html`${retriesBefore(request, detail)}Submits its input again, as a generation of the owner, at the current price. Limits and beforeSubmit do not apply.`,
        fields: html`<input type="hidden" name="key" value="${request.deps.newKey()}">
<fieldset><legend>Who pays</legend><label><input type="radio" name="charge" value="free" required checked> no account: it is free</label>
<label><input type="radio" name="charge" value="owner"> the account ${accountLink(request, summary.refundAccountId)}</label></fieldset>`,
      };
    case "announce":
      return { effect: "Announces its end to your hooks and your webhook again, with the same key." };
    case "delete":
      return { effect: "Deletes its input and its files for good, as the owner can. The ledger stays." };
  }
}

/** Links to earlier retries by operators, so that an operator does not retry twice by mistake. */
function retriesBefore(request: PageRequest, { actions }: GenerationDetail): Markup | "" {
  const retries = actions.filter(({ action, outcome }) => action === "retry" && outcome === "applied");
  if (retries.length === 0) return "";
  return html`<b>Retried already:</b> ${retries.map(
    ({ actor, after, at, reason }) =>
      html`${generationLink(request, String(after?.retry))} by ${actor}, ${time(at)} (${reason}). `,
  )}<br>`;
}
