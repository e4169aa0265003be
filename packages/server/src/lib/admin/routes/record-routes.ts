import type { Hono } from "hono";
import type { AuditViolation } from "../../ports/store/credits-store.js";
import { cursorOf, limitBody, readForm, toAction } from "../actions/read-form.js";
import { type AdminDeps, type AdminEnv, AdminError, wantsJson } from "../admin-context.js";
import { permit } from "../guard-request.js";
import { actionsPage } from "../pages/actions-page.js";
import { auditPage } from "../pages/audit-page.js";

const pageLimit = 50;
/** Max time that a request waits for an audit. The audit itself continues in the database. */
const auditMs = 30_000;

/** Pages of what operators and the ledger recorded. */
export function recordRoutes(router: Hono<AdminEnv>, deps: AdminDeps): void {
  const { audit, service } = deps.access;

  router.get("/actions", async (c) => {
    const actions = await service.store.listOperatorActions({ subject: null, before: cursorOf(c), limit: pageLimit });
    const next = actions.length === pageLimit ? (actions.at(-1)?.position ?? null) : null;
    if (wantsJson(c.req.header("accept"))) return c.json({ actions, next });
    return c.html(actionsPage({ c, deps }, { actions, next }));
  });

  router.get("/audit", (c) =>
    wantsJson(c.req.header("accept")) ? c.json({ violations: null }) : c.html(auditPage({ c, deps }, null)),
  );

  router.post("/audit", permit("audit"), limitBody, async (c) => {
    const action = toAction(c, { action: "audit", form: await readForm(c), subject: "*" });
    await service.store.recordOperatorAction(action);
    const violations = await withinTime(audit());
    if (wantsJson(c.req.header("accept"))) return c.json({ violations });
    return c.html(auditPage({ c, deps }, violations));
  });
}

async function withinTime(audit: Promise<readonly AuditViolation[]>): Promise<readonly AuditViolation[]> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<never>((_, reject) => {
    const message = `The audit took longer than ${auditMs / 1000} seconds. Run \`npx safelight audit\` instead.`;
    timer = setTimeout(() => reject(new AdminError(504, message)), auditMs);
  });
  try {
    return await Promise.race([audit, timeout]);
  } finally {
    clearTimeout(timer);
    // After a timeout, a later error of the audit has no reader.
    audit.catch(() => {});
  }
}
