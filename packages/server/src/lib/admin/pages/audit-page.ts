import { html } from "hono/html";
import type { AuditViolation } from "../../ports/store/credits-store.js";
import { isPermitted } from "../admin-options.js";
import { reasonForm } from "./act-form.js";
import { type Markup, type PageRequest, page } from "./layout.js";
import { table } from "./table.js";
import { time } from "./values.js";

interface AuditView {
  /** `null` if no audit runs. */
  readonly runningSince: number | null;
  /** `null` before an audit. */
  readonly violations: readonly AuditViolation[] | null;
}

export function auditPage(request: PageRequest, { runningSince, violations }: AuditView): Markup {
  const isAllowed = isPermitted(request.c.env.operator, "audit");
  const effect =
    "Recomputes every balance from the ledger and checks its invariants. Reads whole tables; the request times out after 30 seconds.";
  const form = () =>
    reasonForm({ path: `${request.deps.settings.basePath}/audit`, label: "Run the audit", effect, fields: "" });
  const body = html`
${runningSince === null ? "" : html`<p class="result" role="status">An audit has been running since ${time(runningSince)}.</p>`}
${violations === null ? "" : violationsTable(violations)}
${isAllowed ? (runningSince === null ? form() : "") : html`<p class="empty">You do not have the permission to run the audit.</p>`}`;
  return page(request, { heading: "Audit", body });
}

function violationsTable(violations: readonly AuditViolation[]): Markup {
  if (violations.length === 0)
    return html`<p class="result applied" role="status">The ledger is consistent: no violation was found.</p>`;
  return html`<p class="result unchanged" role="status">${violations.length} violations were found.</p>
${table({
  caption: "Violations",
  columns: ["Check", "Subject", "Detail"],
  rows: violations.slice(0, 200).map(({ check, detail, subject }) => [check, html`<code>${subject}</code>`, detail]),
  empty: "",
})}`;
}
