import type { Context, Hono } from "hono";
import type { OperatorBulk } from "../../ports/store/operator-store.js";
import { bulkActions } from "../actions/act-on-generation.js";
import { checkKey, limitBulkBody, readForm, toAction } from "../actions/read-form.js";
import { bulkIdOf, readBulk, runBulk } from "../actions/run-bulk.js";
import { selectForBulk, selectOfForm } from "../actions/select-for-bulk.js";
import { type AdminDeps, type AdminEnv, AdminError, wantsJson } from "../admin-context.js";
import { permit } from "../guard-request.js";
import { bulkPage } from "../pages/bulk-page.js";
import { confirmBulkPage } from "../pages/confirm-bulk-page.js";

/** Actions on several generations at once. */
export function bulkRoutes(router: Hono<AdminEnv>, deps: AdminDeps): void {
  const { service } = deps.access;

  router.get("/bulk", async (c) => {
    const search = (c.req.query("q") ?? "").trim();
    const ids = c.req.queries("id") ?? [];
    // The list without a ticked row, whose form has no search.
    if (ids.length === 0 && c.req.query("q") === undefined)
      throw new AdminError(
        400,
        "No generation is selected: tick some in the list, or act on all that match its search.",
      );
    const selection = await selectForBulk(deps, { search, ids, newest: null });
    if (wantsJson(c.req.header("accept"))) return c.json(selection);
    return c.html(confirmBulkPage({ c, deps }, { search, isSearch: ids.length === 0, selection, key: deps.newKey() }));
  });

  router.get("/bulk/:id", async (c) => respond(c, { deps, bulk: await readBulk(service, c.req.param("id")) }));

  for (const name of bulkActions) {
    router.post(`/bulk/${name}`, permit(name), limitBulkBody(deps.settings.bulkLimit), async (c) => {
      const form = await readForm(c);
      const action = toAction(c, { action: name, form, subject: "*" });
      const key = form("key");
      checkKey(key);
      const id = bulkIdOf(key);
      const known = await service.store.readBulk({ key: id, limit: 1 });
      const ids = known === null ? await selectOfForm(form, { deps, name }) : [];
      const record = known?.record ?? (await service.store.startBulk({ action, key: id, ids }));
      if (record.action !== name)
        throw new AdminError(409, `The key belongs to a bulk of the action ${record.action}.`);
      return respond(c, { deps, bulk: await runBulk(service, { actor: c.env.operator.actor, id }) });
    });
  }
}

function respond(c: Context<AdminEnv>, { bulk, deps }: { readonly deps: AdminDeps; readonly bulk: OperatorBulk }) {
  const { applied, record, total, unchanged } = bulk;
  const id = record.bulk ?? "";
  if (wantsJson(c.req.header("accept"))) {
    return c.json({ id, action: record.action, total, applied, unchanged, left: total - applied - unchanged });
  }
  if (c.req.method === "POST") return c.redirect(`${deps.settings.basePath}/bulk/${id}`, 303);
  return c.html(bulkPage({ c, deps }, bulk));
}
