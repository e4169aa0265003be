import { html } from "hono/html";
import { qualifiers } from "../parse-search.js";
import type { Markup, PageRequest } from "./layout.js";
import { searchLink } from "./values.js";

const shortcuts = [
  "status:pending",
  "status:processing",
  "is:stuck",
  "is:slow",
  "status:completed",
  "status:failed",
  "status:canceled",
  "status:failed,canceled",
];

/** The form of a search, filled with its text. */
export function filterForm(request: PageRequest, text: string): Markup {
  const { basePath } = request.deps.settings;
  return html`<form class="filter" action="${basePath}/generations">
<label for="q">Filter</label>
<input id="q" name="q" value="${text}" autocomplete="off" spellcheck="false">
<button>Search</button>
</form>
<p class="shortcuts"><a href="${basePath}/generations">all</a> ${shortcuts.map((query) => html`${searchLink(request, { query, label: query })} `)}</p>
<details><summary>Qualifiers</summary><dl class="qualifiers">
${Object.entries(qualifiers).map(([name, value]) => html`<dt><code>${name}:</code></dt><dd>${value}</dd>`)}
</dl></details>`;
}
