import { html } from "hono/html";
import type { Margin } from "../margins.js";
import type { Span } from "../span-of-time.js";
import { type Markup, type PageRequest, page } from "./layout.js";
import { spanLinks } from "./span-links.js";
import { none, type Row, table } from "./table.js";
import { count, modelLink } from "./values.js";

export const moneySpans = ["24h", "7d", "30d"] as const satisfies readonly Span[];

const columns = [
  "Model",
  "Vendor",
  "Unit",
  { number: "Attempts" },
  { number: "Charged" },
  { number: "Cost" },
  { number: "Credits kept" },
  { number: "Their value" },
  { number: "Margin" },
];

export function moneyPage(
  request: PageRequest,
  { margins, span }: { readonly span: Span; readonly margins: readonly Margin[] },
): Markup {
  const { basePath } = request.deps.settings;
  const body = html`
${spanLinks(request, { path: "/money", span, allowed: moneySpans })}
${missingSettings(request, margins)}
${table({
  caption: "Margins",
  columns,
  rows: margins.map((margin) => marginRow(request, margin)),
  empty: "No vendor was called in this time. A model appears here with its first attempt.",
})}
<p class="note">Credits of ended generations, after refunds of their end. Refunds by operators are adjustments of an account, and not
part of them. Rejected and failed attempts count, too, if the vendor charges for them.</p>
<p><a href="${basePath}/audit">Audit the ledger</a></p>`;
  return page(request, { heading: "Money", body });
}

/** Shows an example of the options that are missing for the margins; nothing if all are set. */
function missingSettings({ deps }: PageRequest, margins: readonly Margin[]): Markup | "" {
  const { creditValue } = deps.settings;
  const missing = new Map<string, Set<string>>();
  for (const { lines, providerId } of margins) {
    const units = lines.flatMap(({ cost, unit }) => (cost === null && unit !== null ? [unit] : []));
    if (units.length > 0) missing.set(providerId, new Set([...(missing.get(providerId) ?? []), ...units]));
  }
  if (creditValue !== null && missing.size === 0) return "";
  const prices = [...missing].map(([providerId, units]) => {
    const names = [...units].map((unit) => `${JSON.stringify(unit)}: 0.01`);
    return `    ${JSON.stringify(providerId)}: { ${names.join(", ")} },\n`;
  });
  const example =
    prices.length > 0 ? prices.join("") : creditValue === null ? '    "fal": { "megapixels": 0.025 },\n' : "";
  return html`<div class="empty"><p>To see margins, set the worth of a credit and the price of a vendor's unit in the options of <code>createAdmin</code>. The amounts
are examples; all are in the same currency.</p>
<pre>createAdmin(safelight, {
${creditValue === null ? '  creditValue: { amount: 0.01, currency: "USD" },\n' : ""}  vendorPrices: {
${example}  },
  …
});</pre></div>`;
}

function marginRow(request: PageRequest, margin: Margin): Row {
  const { credits, lines, model, providerId, value } = margin;
  const each = (cell: (line: Margin["lines"][number]) => Markup | string) =>
    html`${lines.map((line) => html`<div>${cell(line)}</div>`)}`;
  const isLoss = (margin.margin ?? 0) < 0;
  return [
    modelLink(request, model),
    providerId,
    each(({ unit }) => unit ?? html`<small>not reported</small>`),
    each(({ attempts }) => count(attempts)),
    each(({ amount, unit }) => (unit === null ? none : String(amount))),
    each(({ cost }) => money(request, cost)),
    count(credits),
    money(request, value),
    html`<span class="${isLoss ? "loss" : ""}">${money(request, margin.margin)}${share(margin)}</span>`,
  ];
}

function share({ margin, value }: Margin): Markup | "" {
  return margin === null || value === null || value <= 0
    ? ""
    : html` <small>${Math.floor((margin / value) * 100)} %</small>`;
}

function money({ deps }: PageRequest, amount: number | null): Markup {
  const { creditValue } = deps.settings;
  if (amount === null) return none;
  if (creditValue === null) return html`${Number(amount.toFixed(4))}`;
  const { currency } = creditValue;
  return html`${amount.toLocaleString("en-US", { style: "currency", currency, maximumFractionDigits: 4 })}`;
}
