import type { Hono } from "hono";
import { type AdminDeps, type AdminEnv, wantsJson } from "../admin-context.js";
import { marginsOf } from "../margins.js";
import { moneyPage, moneySpans } from "../pages/money-page.js";
import { vendorSpans, vendorsPage } from "../pages/vendors-page.js";
import { spanOf, spans } from "../span-of-time.js";
import { vendorHealthOf } from "../vendor-health.js";

/** Pages of numbers over a span of time: vendors and margins. */
export function readingRoutes(router: Hono<AdminEnv>, deps: AdminDeps): void {
  const { access, settings } = deps;
  const { clock, store } = access.service;

  router.get("/vendors", async (c) => {
    const span = spanOf(c, vendorSpans);
    const from = clock.now() - spans[span];
    const reading = await store.readVendors({ from, scanLimit: settings.scanLimit });
    const { counted } = reading;
    const view = { span, from, counted, vendors: vendorHealthOf(reading) };
    return wantsJson(c.req.header("accept")) ? c.json(view) : c.html(vendorsPage({ c, deps }, view));
  });

  router.get("/money", async (c) => {
    const span = spanOf(c, moneySpans);
    const to = clock.now();
    const from = to - spans[span];
    const margins = marginsOf(await store.readCosts({ from, to: to + 1 }), settings);
    const view = { span, from, currency: settings.creditValue?.currency ?? null, margins };
    return wantsJson(c.req.header("accept")) ? c.json(view) : c.html(moneyPage({ c, deps }, view));
  });
}
