import type { Hono } from "hono";
import type { LedgerRecord } from "../../ports/store/credits-store.js";
import { adjustKey, type OperatorActionRecord } from "../../ports/store/operator-store.js";
import type { OperatorService } from "../../service/operator-access.js";
import { checkTypedAgain, reasonUnchanged } from "../actions/check-adjustment.js";
import { isKeptByHost } from "../actions/credit-keeper.js";
import { moveByOperator } from "../actions/move-credits.js";
import {
  checkKey,
  checkStorable,
  cursorOf,
  limitBody,
  readForm,
  toAction,
  toWholeNumber,
} from "../actions/read-form.js";
import { type AdminDeps, type AdminEnv, AdminError, wantsJson } from "../admin-context.js";
import { permit } from "../guard-request.js";
import { accountPage } from "../pages/account-page.js";

const pageLimit = 50;
const maxIdLength = 256;
const sentBefore = "The form was sent before: it has moved no further credits.";

export function accountRoutes(router: Hono<AdminEnv>, deps: AdminDeps): void {
  const { service } = deps.access;

  router.get("/accounts", async (c) => {
    const accountId = (c.req.query("id") ?? "").trim();
    checkStorable(accountId);
    const limit = pageLimit;
    const query = { accountId, limit, before: cursorOf(c) };
    const credits = accountId === "" ? null : await service.store.listCredits(query);
    const actions = await accountActions(service, { accountId, entries: credits?.entries ?? [], limit });
    if (wantsJson(c.req.header("accept"))) return c.json({ accountId, ...credits, actions });
    const isKept = credits !== null && (await isKeptByHost(service, accountId));
    const view = { accountId, credits, actions, isKeptByHost: isKept, key: deps.newKey() };
    return c.html(accountPage({ c, deps }, view));
  });

  router.post("/accounts/adjust", permit("adjust"), limitBody, async (c) => {
    const form = await readForm(c);
    const accountId = form("id");
    if (accountId === "" || accountId.length > maxIdLength) throw new AdminError(400, "Enter the id of an account.");
    checkStorable(accountId);
    const amount = toWholeNumber(form("amount"));
    if (!Number.isSafeInteger(amount) || amount === 0) {
      throw new AdminError(400, "Enter a whole number of credits other than 0.");
    }
    const key = form("key");
    checkKey(key);
    const erasurePosition = await service.erasures.position();
    // A typing error would create an account.
    const { balance } = await service.store.listCredits({ accountId, limit: 1, before: null });
    if (balance === null) throw new AdminError(404, "No account has this id.");
    checkTypedAgain(form, { amount, balance });
    const action = toAction(c, { action: "adjust", form, subject: accountId });
    const entryKey = `${adjustKey}${key}`;
    const record = await moveByOperator(service, { action, accountId, amount, key: entryKey, erasurePosition });
    const isApplied = record.outcome === "applied";
    if (isApplied) service.eventBus.hint([accountId]);
    else checkRepeated(record, amount);
    if (wantsJson(c.req.header("accept"))) {
      return isApplied ? c.json(record) : c.json({ ...record, status: 409, error: sentBefore }, 409);
    }
    const { basePath } = deps.settings;
    return c.redirect(`${basePath}/accounts?id=${encodeURIComponent(accountId)}&record=${record.position}`, 303);
  });
}

/** @throws {AdminError} 409 with the cause, unless the form was sent before. */
function checkRepeated(record: OperatorActionRecord, amount: number): void {
  const reason = reasonUnchanged(record, amount);
  if (reason.type === "refused") throw new AdminError(409, reason.message);
}

/** The latest actions on the account, and those that moved the credits of the entries. Newest first. */
async function accountActions(
  { store }: OperatorService,
  query: { readonly accountId: string; readonly entries: readonly LedgerRecord[]; readonly limit: number },
): Promise<readonly OperatorActionRecord[]> {
  const { accountId, entries, limit } = query;
  const generationIds = [...new Set(entries.flatMap(({ generationId, refundOf }) => generationId ?? refundOf ?? []))];
  const entryIds = entries.filter(({ causedBy }) => causedBy === "operator").map(({ id }) => id);
  const [latest, ofEntries] = await Promise.all([
    store.listOperatorActions({ subject: accountId, before: null, limit }),
    entries.length === 0 ? [] : store.listCreditActions({ generationIds, accountId, entryIds }),
  ]);
  const byPosition = new Map([...latest, ...ofEntries].map((record) => [record.position, record]));
  return [...byPosition.values()].toSorted((a, b) => b.position - a.position);
}
