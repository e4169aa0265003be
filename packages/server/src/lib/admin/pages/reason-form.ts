import { html } from "hono/html";
import type { Markup } from "./layout.js";

/** The form of an action. */
export function reasonForm(form: {
  readonly action: string;
  readonly label: string;
  readonly effect: Markup | string;
  readonly fields: Markup | "";
}): Markup {
  return html`<form method="post" action="${form.action}">
<p>${form.effect}</p>
${form.fields}
<label>Reason <input name="reason" required minlength="3" maxlength="300" autocomplete="off"></label>
<button>${form.label}</button>
</form>`;
}
