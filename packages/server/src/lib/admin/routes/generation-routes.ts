import type { Context, Hono } from "hono";
import { isGenerationId } from "../../generation/generation-id.js";
import type { GenerationDetail } from "../../ports/store/operator-store.js";
import { actOnGeneration, generationActions, getDetail } from "../actions/act-on-generation.js";
import { limitBody, readForm, toAction, toWholeNumber } from "../actions/read-form.js";
import { type AdminDeps, type AdminEnv, AdminError, wantsJson } from "../admin-context.js";
import { isPermitted } from "../admin-options.js";
import { permit } from "../guard-request.js";
import { toOperatorDetail } from "../operator-detail.js";
import { ownerContentOf } from "../owner-content.js";
import { generationPage } from "../pages/generation-page.js";
import { generationsPage } from "../pages/generations-page.js";
import { overviewPage } from "../pages/overview-page.js";
import { filterOf, generationIdIn } from "../parse-search.js";
import { searchGenerations } from "../search-generations.js";
import { readSlowLimits } from "../slow-limits.js";

const pageLimit = 50;
const hourMs = 3_600_000;
/** Hours that the overview shows. */
const overviewHours = 24;
/** A model is reported as unserved when a generation has been due for this long. */
const unservedForMs = 60_000;

export function generationRoutes(router: Hono<AdminEnv>, deps: AdminDeps): void {
  const { service } = deps.access;
  const { scanLimit } = deps.settings;

  router.get("/", async (c) => {
    const from = Math.floor(service.clock.now() / hourMs) * hourMs - (overviewHours - 1) * hourMs;
    const slowerThan = await readSlowLimits(service.store);
    const [overview, unserved] = await Promise.all([
      service.store.readOverview({ from, intervalMs: hourMs, scanLimit, listLimit: 10, slowerThan }),
      service.store.unservedModels({ forMs: unservedForMs }),
    ]);
    const view = { ...overview, from, hours: overviewHours, unserved, scanLimit };
    return wantsJson(c.req.header("accept")) ? c.json(view) : c.html(overviewPage({ c, deps }, view));
  });

  router.get("/generations", async (c) => {
    const text = (c.req.query("q") ?? "").trim();
    const id = generationIdIn(text);
    if (id !== null) return c.redirect(`${deps.settings.basePath}/generations/${id}`, 302);
    const before = c.req.query("before") ?? null;
    if (before !== null && !isGenerationId(before)) throw new AdminError(400, "Invalid cursor: open the first page.");
    const found = await searchGenerations(deps, { filter: filterOf(text), before, limit: pageLimit });
    if (wantsJson(c.req.header("accept"))) return c.json(found);
    return c.html(generationsPage({ c, deps }, { found, text, isFirst: before === null }));
  });

  router.get("/generations/:id", async (c) => {
    const detail = await detailOf(c, deps);
    const isShownAlways = (name: "reveal" | "reveal_vendor_details") =>
      deps.settings.reveal === "always" && isPermitted(c.env.operator, name);
    return respondDetail(c, {
      deps,
      detail,
      isContentShown: isShownAlways("reveal"),
      areVendorDetailsShown: isShownAlways("reveal_vendor_details"),
    });
  });

  for (const name of ["reveal", "reveal_vendor_details"] as const) {
    router.post(`/generations/:id/${name}`, permit(name), limitBody, async (c) => {
      if (deps.settings.reveal === "never") throw new AdminError(403, "This server never shows the content of owners.");
      const { generation } = await detailOf(c, deps);
      const action = toAction(c, { action: name, form: await readForm(c), subject: generation.id });
      await service.store.recordOperatorAction(action);
      const detail = await detailOf(c, deps);
      return respondDetail(c, { deps, detail, isContentShown: name === "reveal", areVendorDetailsShown: true });
    });
  }

  for (const name of generationActions) {
    router.post(`/generations/:id/${name}`, permit(name), limitBody, async (c) => {
      const id = idOf(c);
      const form = await readForm(c);
      const action = toAction(c, { action: name, form, subject: id });
      const fields = { credits: toWholeNumber(form("credits")), charge: form("charge"), key: form("key") };
      const record = await actOnGeneration(service, { action, id, ...fields });
      if (wantsJson(c.req.header("accept"))) return c.json(record, record.outcome === "applied" ? 200 : 409);
      return c.redirect(`${deps.settings.basePath}/generations/${id}?record=${record.position}`, 303);
    });
  }
}

/** @throws {AdminError} 404 */
function idOf(c: Context<AdminEnv>): string {
  const id = c.req.param("id") ?? "";
  if (!isGenerationId(id)) throw new AdminError(404, "No generation has this id.");
  return id;
}

function detailOf(c: Context<AdminEnv>, { access }: AdminDeps) {
  return getDetail(access.service, idOf(c));
}

/**
 * @param options.isContentShown whether the response has the content of the owner.
 * @param options.areVendorDetailsShown whether it has the messages and job handles of vendors.
 */
async function respondDetail(
  c: Context<AdminEnv>,
  options: {
    readonly deps: AdminDeps;
    readonly detail: GenerationDetail;
    readonly isContentShown: boolean;
    readonly areVendorDetailsShown: boolean;
  },
) {
  const { deps, detail, areVendorDetailsShown, isContentShown } = options;
  const content = isContentShown ? await ownerContentOf(deps.access.service, detail.generation) : null;
  if (wantsJson(c.req.header("accept"))) {
    return c.json({ ...toOperatorDetail(detail, { areVendorDetailsShown }), content });
  }
  return c.html(generationPage({ c, deps }, { detail, content, areVendorDetailsShown }));
}
