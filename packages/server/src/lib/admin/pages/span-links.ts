import { html } from "hono/html";
import type { Span, spans } from "../span-of-time.js";
import type { Markup, PageRequest } from "./layout.js";

/** Links to the same page for other spans of time. */
export function spanLinks(
  { deps }: PageRequest,
  { allowed, path, span }: { readonly path: string; readonly span: Span; readonly allowed: readonly Span[] },
): Markup {
  return html`<nav class="shortcuts" aria-label="Span of time">Submitted in the last ${allowed.map((name) => {
    const current = name === span ? html` aria-current="true"` : "";
    return html`<a href="${deps.settings.basePath}${path}?span=${name}"${current}>${labels[name]}</a> `;
  })}</nav>`;
}

const labels: Readonly<Record<keyof typeof spans, string>> = {
  "1h": "hour",
  "24h": "24 hours",
  "7d": "7 days",
  "30d": "30 days",
};
