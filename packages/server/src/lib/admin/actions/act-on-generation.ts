import { galleriesOf } from "../../generation/gallery-id.js";
import { terminalStates } from "../../generation/generation-state.js";
import { refundFor } from "../../ledger/refund-for.js";
import {
  type GenerationDetail,
  type OperatorAction,
  type OperatorActionRecord,
  refundKey,
} from "../../ports/store/operator-store.js";
import type { OperatorService } from "../../service/operator-access.js";
import { isPseudonym } from "../../service/owners/pseudonym.js";
import { AdminError } from "../admin-context.js";
import { performOnEnded, type RetryFields } from "./act-on-ended.js";
import { needsHostStatement, refundedByHost } from "./credit-keeper.js";
import { moveByOperator } from "./move-credits.js";
import { refusalOf } from "./refusal-of.js";

/** The actions on one generation that change it. */
export const generationActions = ["wake", "cancel", "end", "refund", "retry", "announce", "delete"] as const;

export type GenerationAction = (typeof generationActions)[number];

/**
 * Which actions a generation allows now. `storing` cannot be ended, because its result is paid for. `completed` can be
 * refunded once, up to the credits that were not refunded yet, unless the account was deleted or the host keeps its credits.
 * An expired lease holds nothing, so `wake` is allowed. A retry needs the content and the owner.
 */
export function allowedActions(detail: GenerationDetail): ReadonlySet<GenerationAction> {
  const { actions, entries, generation, now, summary } = detail;
  const isActive = summary.finishedAt === null;
  // With credits of the host, the ledger has debited nothing.
  const isDebited = entries.some(({ amount, kind }) => kind === "debit" && amount < 0);
  const isDeleted = summary.deletedAt !== null;
  const isRefunded = actions.some(({ action, outcome }) => action === "refund" && outcome === "applied");
  const allowed: Readonly<Record<GenerationAction, boolean>> = {
    wake: isActive && (!summary.isLeased || (summary.dueAt ?? now) <= now),
    cancel: isActive && summary.cancelRequestedAt === null,
    end: isActive && summary.state !== "storing",
    refund:
      generation.state === "completed" &&
      isDebited &&
      keptCredits(generation) > 0 &&
      !isRefunded &&
      !isPseudonym(summary.refundAccountId),
    retry: !isActive && !isDeleted && ![summary.ownerId, summary.refundAccountId].some(isPseudonym),
    announce: !isActive,
    delete: !isActive && !isDeleted,
  };
  return new Set(generationActions.filter((action) => allowed[action]));
}

/** Fields of single actions: the credits of a refund, and those of a retry. */
export interface ActionFields extends RetryFields {
  readonly credits: number;
}

/** Credits of an ended generation that were not refunded. */
export function keptCredits({ credits, refundedCredits }: GenerationDetail["generation"]): number {
  return credits - refundedCredits;
}

/**
 * Performs an action on a generation, and publishes it.
 *
 * @param options.credits of a refund.
 * @throws {AdminError} 404 for an unknown id, 409 if its state does not allow the action, 400 for a wrong field.
 */
export async function actOnGeneration(
  service: OperatorService,
  { action, id, ...fields }: ActionFields & { readonly action: OperatorAction; readonly id: string },
): Promise<OperatorActionRecord> {
  // Before the read: an owner that is deleted after it must not come back with a refund.
  const erasurePosition = await service.erasures.position();
  const detail = await getDetail(service, id);
  const name = generationActions.find((known) => known === action.action);
  if (name === undefined || !allowedActions(detail).has(name)) {
    throw new AdminError(409, refusalOf(detail, action.action));
  }
  if (needsHostStatement(detail.summary, { action: name, billing: service.billing }))
    throw new AdminError(409, refundedByHost);
  const record = await perform(service, { name, action, detail, erasurePosition, ...fields });
  await publish(service, { detail, record });
  return record;
}

/** The actions that a bulk performs. Each ends or wakes active generations, and moves no credits by itself. */
export const bulkActions = ["wake", "cancel", "end"] as const satisfies readonly GenerationAction[];

export type BulkAction = (typeof bulkActions)[number];

/** Performs the action of a bulk on one of its generations, once. A state that does not allow it is a record, too. */
export async function actInBulk(
  service: OperatorService,
  {
    id,
    ...options
  }: { readonly name: BulkAction; readonly action: OperatorAction; readonly id: string; readonly bulk: string },
): Promise<void> {
  const detail = await getDetail(service, id);
  await publish(service, { detail, record: await performOnActive(service, { ...options, detail }) });
}

/** Wakes the worker and the pages of the owner and the team, and reports an end to the host's telemetry. */
async function publish(
  { dispatcher, eventBus, reporter }: OperatorService,
  { detail, record }: { readonly detail: GenerationDetail; readonly record: OperatorActionRecord },
): Promise<void> {
  if (record.outcome !== "applied") return;
  const { accountId, id, refundAccountId } = detail.summary;
  eventBus.hint([...new Set([...galleriesOf(detail.generation), accountId, refundAccountId])]);
  const isTerminal = (snapshot: OperatorActionRecord["after"]) =>
    terminalStates.some((state) => state === snapshot?.state);
  const isEnded = isTerminal(record.after) && !isTerminal(record.before);
  // A host may freeze the process after the response. Neither of them rejects, and both have a time limit.
  await Promise.all([dispatcher.enqueue({ generationId: id, dueInMs: 0 }), isEnded ? reporter?.ended(id) : null]);
}

/** @throws {AdminError} 404 */
export async function getDetail({ store }: Pick<OperatorService, "store">, id: string): Promise<GenerationDetail> {
  const detail = await store.getDetail({ id });
  if (detail === null) throw new AdminError(404, "No generation has this id.");
  return detail;
}

function perform(
  service: OperatorService,
  options: ActionFields & {
    readonly name: GenerationAction;
    readonly action: OperatorAction;
    readonly detail: GenerationDetail;
    readonly erasurePosition: number;
  },
): Promise<OperatorActionRecord> {
  const { action, detail, name } = options;
  switch (name) {
    case "wake":
    case "cancel":
    case "end":
      return performOnActive(service, { name, action, detail });
    case "refund":
      return refund(service, options);
    case "retry":
    case "announce":
    case "delete":
      return performOnEnded(service, { ...options, name });
  }
}

function refund(
  service: OperatorService,
  { action, credits, detail, erasurePosition }: Parameters<typeof perform>[1],
): Promise<OperatorActionRecord> {
  const { id, refundAccountId } = detail.summary;
  const kept = keptCredits(detail.generation);
  if (!Number.isSafeInteger(credits) || credits < 1 || credits > kept) {
    throw new AdminError(400, `Refund a whole number of credits from 1 to ${kept}.`);
  }
  // One key for each generation: the ledger accepts it once, also from two operators at the same time.
  const move = { action, accountId: refundAccountId, amount: credits, refundOf: id };
  return moveByOperator(service, { ...move, key: `${refundKey}${id}`, erasurePosition });
}

function performOnActive(
  { announceTo, store }: OperatorService,
  options: {
    readonly name: BulkAction;
    readonly action: OperatorAction;
    readonly detail: GenerationDetail;
    /** Key of the bulk; absent for a single action. */
    readonly bulk?: string;
  },
): Promise<OperatorActionRecord> {
  const { action, bulk, detail, name } = options;
  const { id, ownerId } = detail.summary;
  switch (name) {
    case "cancel":
      return store.cancelByOperator({ action, id, ownerId, announceTo, bulk });
    case "wake":
      return store.wakeByOperator({ action, id, bulk });
    case "end": {
      const refund = refundFor(detail.generation, { type: "failed", code: "ended_by_operator" });
      return store.endByOperator({ action, id, refund, announceTo, bulk });
    }
  }
}
