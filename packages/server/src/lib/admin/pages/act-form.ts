import { html } from "hono/html";
import type { OperatorActionName } from "../../ports/store/operator-store.js";
import { actionKeys, actionLabels } from "../action-labels.js";
import type { Markup } from "./layout.js";

/** A form with a reason. */
export function reasonForm(form: {
  readonly path: string;
  readonly label: string;
  readonly effect: Markup | string;
  readonly fields: Markup | "";
}): Markup {
  return html`<form method="post" action="${form.path}">
<p>${form.effect}</p>
${form.fields}
<label>Reason <input name="reason" required minlength="3" maxlength="300" autocomplete="off"></label>
<button>${form.label}</button>
</form>`;
}

/** The form of an action, closed until its button or its key opens it. */
export function actForm(
  name: OperatorActionName,
  form: {
    readonly path: string;
    /** Text of the submit button. @default the label of the action */
    readonly submit?: string;
    readonly effect: Markup | string;
    readonly fields?: Markup | "";
  },
): Markup {
  const { effect, fields = "", path, submit = actionLabels[name] } = form;
  const key = actionKeys[name];
  const shortcut = key === undefined ? "" : html` data-key="${key}"`;
  const hint = key === undefined ? "" : html` <kbd aria-hidden="true">${key}</kbd>`;
  return html`<details${shortcut}><summary>${actionLabels[name]}${hint}</summary>
${reasonForm({ path, label: submit, effect, fields })}</details>`;
}
