import type { Context, Hono } from "hono";
import type { Clock } from "../../ports/clock.js";
import { anyAction, type OperatorActionName } from "../../ports/store/operator-store.js";
import { interruptible } from "../../process/interruptible.js";
import { actionLabels } from "../action-labels.js";
import { checkStorable, cursorOf, limitBody, readForm, toAction } from "../actions/read-form.js";
import { type AdminDeps, type AdminEnv, AdminError, wantsJson } from "../admin-context.js";
import { permit } from "../guard-request.js";
import { type ActionsFilter, actionsPage } from "../pages/actions-page.js";
import { auditPage } from "../pages/audit-page.js";

const pageLimit = 50;
/** Max time that a request waits for an audit. The audit itself continues in the database. */
const auditMs = 30_000;

/** Routes of the action log and of the audit. */
export function recordRoutes(router: Hono<AdminEnv>, deps: AdminDeps): void {
  const { audit, service } = deps.access;

  router.get("/actions", async (c) => {
    const view = await listActions(c, deps);
    if (wantsJson(c.req.header("accept"))) return c.json(view);
    return c.html(actionsPage({ c, deps }, { ...view, isFirst: cursorOf(c) === null }));
  });

  router.get("/audit", (c) => {
    const runningSince = audit.runningSince();
    if (wantsJson(c.req.header("accept"))) return c.json({ runningSince });
    return c.html(auditPage({ c, deps }, { runningSince, violations: null }));
  });

  router.post("/audit", permit("audit"), limitBody, async (c) => {
    const action = toAction(c, { action: "audit", form: await readForm(c), subject: "*" });
    const since = audit.runningSince();
    if (since !== null) {
      throw new AdminError(409, `An audit has been running since ${new Date(since).toISOString()}: wait for its end.`);
    }
    const run = audit.run(() => service.store.recordOperatorAction(action));
    const violations = await withinLimit(service.clock, run);
    if (wantsJson(c.req.header("accept"))) return c.json({ violations });
    return c.html(auditPage({ c, deps }, { runningSince: null, violations }));
  });
}

/**
 * One page of the log, newest first. A filter reads at most `scanLimit` rows; the next page continues it.
 *
 * @throws {AdminError} 400 for an unknown action or a malformed cursor.
 */
async function listActions(c: Context<AdminEnv>, { access, settings }: AdminDeps) {
  const { store } = access.service;
  const fieldOf = (name: keyof ActionsFilter) => (c.req.query(name) ?? "").trim();
  const name = fieldOf("action");
  const action = Object.keys(actionLabels).find((known): known is OperatorActionName => known === name) ?? "";
  if (action !== name) throw new AdminError(400, `Unknown action: use ${Object.keys(actionLabels).join(", ")}.`);
  const filter: ActionsFilter = { action, actor: fieldOf("actor"), owner: fieldOf("owner") };
  for (const text of Object.values(filter)) checkStorable(text);
  const before = cursorOf(c);
  // The scan of at most `scanLimit` rows starts at the newest row of this page.
  const [newest] = await store.listOperatorActions({ ...anyAction, subject: null, before, limit: 1 });
  if (newest === undefined) return { actions: [], filter, next: null, isCut: false };
  const fromPosition = newest.position + 1 - settings.scanLimit;
  const found = await store.listOperatorActions({
    subject: null,
    before,
    fromPosition,
    action: filter.action || null,
    actor: filter.actor || null,
    ownerId: filter.owner || null,
    limit: pageLimit + 1,
  });
  const actions = found.slice(0, pageLimit);
  if (found.length > pageLimit) return { actions, filter, next: actions.at(-1)?.position ?? null, isCut: false };
  const isCut = fromPosition > 1;
  return { actions, filter, next: isCut ? fromPosition : null, isCut };
}

/** @throws {AdminError} 504 after the limit. A later error of the audit is ignored. */
async function withinLimit<T>(clock: Clock, audit: Promise<T>): Promise<T> {
  const limit = new AbortController();
  const message = `The audit took longer than ${auditMs / 1000} seconds. Run \`npx safelight audit\` instead.`;
  const cancelTimer = clock.setTimer(auditMs, () => limit.abort(new AdminError(504, message)));
  try {
    return await interruptible(limit.signal, audit);
  } finally {
    cancelTimer();
  }
}
