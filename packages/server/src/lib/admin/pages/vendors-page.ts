import { html } from "hono/html";
import type { Span } from "../span-of-time.js";
import type { VendorFault, VendorHealth } from "../vendor-health.js";
import { type Markup, type PageRequest, page } from "./layout.js";
import { spanLinks } from "./span-links.js";
import { type Row, table } from "./table.js";
import { count, duration, generationLink, searchLink, term, time } from "./values.js";

export const vendorSpans = ["1h", "24h", "7d"] as const satisfies readonly Span[];

interface VendorsView {
  readonly span: Span;
  readonly vendors: readonly VendorHealth[];
  /** Number of generations whose attempts are counted. At `scanLimit`, older ones may be left out. */
  readonly counted: number;
}

export function vendorsPage(request: PageRequest, { counted, span, vendors }: VendorsView): Markup {
  const { scanLimit } = request.deps.settings;
  const body = html`
${spanLinks(request, { path: "/vendors", span, allowed: vendorSpans })}
${vendors.map((vendor) => vendor.faults.map((fault) => faultNotice(request, { vendor, fault })))}
${counted >= scanLimit ? html`<p class="note">Counts the attempts of the newest ${count(counted)} generations only.</p>` : ""}
${table({
  caption: "Vendors",
  columns: [
    "Vendor",
    { number: "Attempts" },
    { number: "Done" },
    "Last error",
    { number: "Rate limited" },
    { number: "Content rejected" },
    { number: "Outcome unknown" },
    { number: "Accepted p50, p95" },
    { number: "Done p50, p95" },
    { number: "Costs" },
  ],
  rows: vendors.map((vendor) => vendorRow(request, vendor)),
  empty: "No vendor was called in this time. A vendor appears here with its first attempt.",
})}
<p class="note">Done is a share of the attempts that ended or whose outcome is unknown. Times are those from the request. A vendor
that blocks until the result has no time to the acceptance.</p>`;
  return page(request, { heading: "Vendors", isLive: true, body });
}

function faultNotice(
  request: PageRequest,
  { fault, vendor }: { readonly vendor: VendorHealth; readonly fault: VendorFault },
): Markup {
  const { advice, code, generationId, hasLaterSuccess, lastAt } = fault;
  return html`<div class="result ${hasLaterSuccess ? "" : "unchanged"}" role="status"><p><strong>${vendor.providerId}: <code>${code}</code></strong>,
${count(fault.count)} times, last ${time(lastAt)}${hasLaterSuccess ? ". A later attempt is done; check whether each model works" : ""}.</p>
<p>${advice} ${generationLink(request, generationId)}</p></div>`;
}

function vendorRow(request: PageRequest, vendor: VendorHealth): Row {
  const { accepted, attempts, contentBlocked, costs, decided, done, finished, lastError, providerId } = vendor;
  const { rateLimited, unknown } = vendor;
  const { basePath } = request.deps.settings;
  return [
    searchLink(request, { query: term("provider", providerId), label: providerId }),
    count(attempts),
    share(done, decided),
    lastError === null
      ? null
      : html`<a href="${basePath}/generations/${lastError.generationId}">${lastError.code}</a> ${time(lastError.lastAt)}`,
    share(rateLimited, attempts),
    share(contentBlocked, attempts),
    share(unknown, attempts),
    times(accepted),
    times(finished),
    costs.length === 0 ? null : html`${costs.map(({ amount, unit }) => html`<div>${amount} ${unit}</div>`)}`,
  ];
}

function times(measured: VendorHealth["accepted"]): string | null {
  return measured === null ? null : `${duration(measured.p50Ms)}, ${duration(measured.p95Ms)}`;
}

/** Rounded down, so that 100 % means all. */
function share(part: number, whole: number): string | null {
  return whole === 0 ? null : `${Math.floor((part / whole) * 1_000) / 10} %`;
}
