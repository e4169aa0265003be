import { html } from "hono/html";
import { refundFor } from "../../ledger/refund-for.js";
import type { GenerationDetail } from "../../ports/store/operator-store.js";
import { isLedgerUsed } from "../../service/credits/billing.js";
import { allowedActions, type GenerationAction, keptCredits } from "../actions/act-on-generation.js";
import { needsHostStatement, refundedByHost } from "../actions/credit-keeper.js";
import { isPermitted } from "../admin-options.js";
import { actForm } from "./act-form.js";
import type { Markup, PageRequest } from "./layout.js";
import { accountLink, count } from "./values.js";

const effects: Readonly<Record<GenerationAction, string>> = {
  wake: "Makes it due, so that a worker continues at once.",
  cancel:
    "As the owner's cancel, with the refund of the model's policy. A job that its provider cannot stop may still complete.",
  end: "Fails it with ended_by_operator now",
  refund: "Returns credits of a completed generation to the account",
  retry:
    "Submits its input again, as a generation of the owner, at the current price. Limits and beforeSubmit do not apply.",
  announce: "Announces its end to your hooks and your webhook again, with the same key.",
  delete: "Deletes its input and its files for good, as the owner can. The ledger stays.",
};

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
  const allowed = permitted.filter((action) => !needsHostStatement(detail.summary, { action, billing }));
  if (permitted.length === 0) return html``;
  const note =
    allowed.length < permitted.length
      ? html`<p class="empty">Cancel and end are not offered here. ${refundedByHost}</p>`
      : "";
  return html`<section><h2>Act</h2>${note}<div class="actions">
${allowed.map((name) => {
  const action = `${request.deps.settings.basePath}/generations/${detail.generation.id}/${name}`;
  return actForm(name, { action, effect: effects[name], ...partsOf(request, { name, detail }) });
})}
</div></section>`;
}

/** The fields of a form, and its effect if it depends on the generation. */
function partsOf(
  request: PageRequest,
  { detail, name }: { readonly name: GenerationAction; readonly detail: GenerationDetail },
): { readonly effect?: Markup; readonly fields?: Markup } {
  if (name === "end") {
    const { credits } = refundFor(detail.generation, { type: "failed", code: "ended_by_operator" });
    const back = `${count(credits)} of ${count(detail.generation.credits)} credits`;
    return { effect: html`${effects.end}, returns ${back}, and cancels its job at the provider.` };
  }
  const receiver = accountLink(request, detail.summary.refundAccountId);
  if (name === "refund") {
    const kept = keptCredits(detail.generation);
    return {
      effect: html`${effects.refund} ${receiver}, once.`,
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
