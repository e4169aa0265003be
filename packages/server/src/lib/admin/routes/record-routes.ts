import type { Hono } from "hono";
import type { Clock } from "../../ports/clock.js";
import { interruptible } from "../../process/interruptible.js";
import { cursorOf, limitBody, readForm, toAction } from "../actions/read-form.js";
import { type AdminDeps, type AdminEnv, AdminError, wantsJson } from "../admin-context.js";
import { permit } from "../guard-request.js";
import { actionsPage } from "../pages/actions-page.js";
import { auditPage } from "../pages/audit-page.js";

const pageLimit = 50;
/** Max time that a request waits for an audit. The audit itself continues in the database. */
const auditMs = 30_000;

/** Routes of the action log and of the audit. */
export function recordRoutes(router: Hono<AdminEnv>, deps: AdminDeps): void {
  const { audit, service } = deps.access;

  router.get("/actions", async (c) => {
    const actions = await service.store.listOperatorActions({ subject: null, before: cursorOf(c), limit: pageLimit });
    const next = actions.length === pageLimit ? (actions.at(-1)?.position ?? null) : null;
    if (wantsJson(c.req.header("accept"))) return c.json({ actions, next });
    return c.html(actionsPage({ c, deps }, { actions, next }));
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
