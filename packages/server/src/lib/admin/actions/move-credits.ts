import type { OperatorAction, OperatorActionRecord } from "../../ports/store/operator-store.js";
import type { OperatorService } from "../../service/operator-access.js";
import { toErasureCheck } from "../../service/owners/erasures.js";
import { isPseudonym } from "../../service/owners/pseudonym.js";
import { AdminError } from "../admin-context.js";
import { isKeptByHost } from "./credit-keeper.js";

/** The reason of the ledger entry. Owners see it, so it has no text of the operator. */
const entryReason = "operator";

/**
 * Moves credits with the record of an operator. The key makes it idempotent.
 *
 * @throws {AdminError} 409 if the server does not use credits or does not keep them, or the account was deleted.
 */
export async function moveByOperator(
  service: OperatorService,
  move: {
    readonly action: OperatorAction;
    readonly accountId: string;
    /** Signed safe integer, not 0. */
    readonly amount: number;
    readonly key: string;
    /** Position of erasures before the request read the account. A later erasure refuses the movement. */
    readonly erasurePosition: number;
    /** Id of the generation that is refunded. */
    readonly refundOf?: string;
  },
): Promise<OperatorActionRecord> {
  const { billing, erasures, store } = service;
  if (billing === null) throw new AdminError(409, "This server does not use credits.");
  if (await isKeptByHost(service, move.accountId))
    throw new AdminError(409, "The host keeps the credits: move them in its own system.");
  const { erasurePosition, ...command } = move;
  const { accountId } = command;
  if (isPseudonym(accountId)) {
    throw new AdminError(409, `The account ${accountId} was deleted with its owner. Its credits cannot be used.`);
  }
  const record = await store.adjustByOperator({
    ...command,
    kind: "adjustment",
    reason: entryReason,
    initialGrant: billing.initialGrant,
    erasures: await toErasureCheck(service, { ids: [accountId], after: erasurePosition }),
  });
  // The cached erasure position may be too old, and may have refused an account that was created again.
  if (record.outcome === "unchanged") erasures.refresh();
  return record;
}
