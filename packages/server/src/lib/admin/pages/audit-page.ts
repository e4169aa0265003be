import { html } from "hono/html";
import type { AuditViolation } from "../../ports/store/credits-store.js";
import { isPermitted } from "../admin-options.js";
import { type Markup, type PageRequest, page } from "./layout.js";
import { reasonForm } from "./reason-form.js";
import { table } from "./values.js";

/** @param violations `null` before an audit. */
export function auditPage(request: PageRequest, violations: readonly AuditViolation[] | null): Markup {
  const isAllowed = isPermitted(request.c.env.operator, "audit");
  const effect = "Recomputes every balance and promise from the ledger. Reads whole tables, for at most 30 seconds.";
  const body = html`
${violations === null ? "" : found(violations)}
${isAllowed ? reasonForm({ action: `${request.deps.settings.basePath}/audit`, label: "Run the audit", effect, fields: "" }) : html`<p class="empty">You do not have the permission to run the audit.</p>`}`;
  return page(request, { heading: "Audit", body });
}

function found(violations: readonly AuditViolation[]): Markup {
  if (violations.length === 0)
    return html`<p class="result applied" role="status">The books are exact: no violation was found.</p>`;
  return html`<p class="result unchanged" role="status">${violations.length} violations were found.</p>
${table({
  caption: "Violations",
  columns: ["Check", "Subject", "Detail"],
  rows: violations
    .slice(0, 200)
    .map(
      ({ check, detail, subject }) =>
        html`<tr><td>${check}</td><td><code>${subject}</code></td><td>${detail}</td></tr>`,
    ),
  empty: "",
})}`;
}
