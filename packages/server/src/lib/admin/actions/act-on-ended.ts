import { galleriesOf } from "../../generation/gallery-id.js";
import type { GenerationDetail, OperatorAction, OperatorActionRecord } from "../../ports/store/operator-store.js";
import { isLedgerUsed } from "../../service/credits/billing.js";
import { ServiceError } from "../../service/errors/service-error.js";
import type { OperatorService } from "../../service/operator-access.js";
import { AdminError } from "../admin-context.js";
import { checkKey } from "./read-form.js";

/** The actions on an ended generation, except its refund. */
export type EndedAction = "retry" | "delete" | "announce";

/** Fields of a retry. */
export interface RetryFields {
  /** `owner` or `free`. */
  readonly charge: string;
  /** Idempotency key of the form. */
  readonly key: string;
}

/**
 * Performs an action on an ended generation.
 *
 * @throws {AdminError} 400 for a wrong field, 409 if the model or the host does not allow the action.
 */
export function performOnEnded(
  service: OperatorService,
  options: RetryFields & {
    readonly name: EndedAction;
    readonly action: OperatorAction;
    readonly detail: GenerationDetail;
    readonly erasurePosition: number;
  },
): Promise<OperatorActionRecord> {
  const { action, detail, name } = options;
  const { announceTo, store } = service;
  const { id, ownerId } = detail.summary;
  switch (name) {
    case "retry":
      return retry(service, options);
    case "delete":
      return store.removeByOperator({ action, id, ownerId });
    case "announce":
      if (announceTo.length === 0) throw new AdminError(409, "This server has no hooks and no webhook for ends.");
      return store.announceByOperator({ action, id, announceTo });
  }
}

async function retry(
  service: OperatorService,
  { action, charge, detail, erasurePosition, key }: Parameters<typeof performOnEnded>[1],
): Promise<OperatorActionRecord> {
  checkKey(key);
  if (charge !== "owner" && charge !== "free") throw new AdminError(400, 'Choose who pays: "owner" or "free".');
  const { generation, summary } = detail;
  const { dispatcher, eventBus, reporter, store, toRetryCommand } = service;
  if (toRetryCommand === null) throw new AdminError(409, "A retry needs the models of the server: use its own page.");
  const accountId = summary.refundAccountId;
  const isFree = charge === "free";
  if (!isFree && service.billing !== null && !isLedgerUsed(service.billing)) {
    throw new AdminError(
      409,
      "Balances are in the host's own system, which only an owner's submit charges: retry for free.",
    );
  }
  const command = await toRetryCommand({ accountId, erasurePosition, generation, isFree }).catch(toRefusal);
  // From the form's key, so that a form that is sent twice retries once.
  const token = `retry_${generation.id}_${key}`;
  const record = await store.retryByOperator({ ...command, action, token });
  if (record.after?.retry === command.id) {
    const { ownerId, teamId = null } = command;
    eventBus.hint([...new Set([...galleriesOf({ ownerId, teamId }), accountId])]);
    reporter?.submitted({ outcome: "accepted", generationId: command.id });
    await dispatcher.enqueue({ generationId: command.id, dueInMs: 0 });
  }
  // The cached erasure position may be too old, and may have refused an account that was created again.
  if (record.outcome === "unchanged") service.erasures.refresh();
  return record;
}

/** Converts a refusal of the input to a 409: the operator cannot correct the input. */
function toRefusal(error: unknown): never {
  if (ServiceError.isInstance(error) && error.status < 500) {
    throw new AdminError(409, `The model does not accept this input any more: ${error.message}`);
  }
  throw error;
}
