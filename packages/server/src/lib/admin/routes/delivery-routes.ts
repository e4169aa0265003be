import type { Hono } from "hono";
import { anyAction } from "../../ports/store/operator-store.js";
import { limitBody, readForm, toAction, toWholeNumber } from "../actions/read-form.js";
import { type AdminDeps, type AdminEnv, AdminError, wantsJson } from "../admin-context.js";
import { permit } from "../guard-request.js";
import { deliveriesPage, deliveryActions } from "../pages/deliveries-page.js";

const pageLimit = 100;

/** Announcements that wait for the host's hooks and its webhook. */
export function deliveryRoutes(router: Hono<AdminEnv>, deps: AdminDeps): void {
  const { dispatcher, store } = deps.access.service;

  router.get("/deliveries", async (c) => {
    const { scanLimit } = deps.settings;
    const list = await store.listDeliveries({ limit: pageLimit, scanLimit });
    if (wantsJson(c.req.header("accept"))) return c.json(list);
    const actions = await store.listOperatorActions({ ...anyAction, subject: null, before: null, limit: 10 });
    return c.html(deliveriesPage({ c, deps }, { ...list, actions }));
  });

  for (const name of deliveryActions) {
    router.post(`/deliveries/:id/${name}`, permit(name), limitBody, async (c) => {
      const id = toWholeNumber(c.req.param("id"));
      const form = await readForm(c);
      const { actor, reason } = toAction(c, { action: name, form, subject: "*" });
      if (!Number.isSafeInteger(id) || id < 0) throw new AdminError(404, "No delivery has this id.");
      const action = { actor, action: name, subject: "*", reason };
      const record = await store.changeDelivery({ action, id });
      // Wakes the worker, which drains the outbox.
      if (record.outcome === "applied") await dispatcher.enqueue({ generationId: record.subject, dueInMs: 0 });
      if (wantsJson(c.req.header("accept"))) return c.json(record, record.outcome === "applied" ? 200 : 409);
      return c.redirect(`${deps.settings.basePath}/deliveries?record=${record.position}`, 303);
    });
  }
}
