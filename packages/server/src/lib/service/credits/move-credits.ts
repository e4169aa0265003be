import { invalidInput } from "../errors/invalid-input.js";
import { ServiceError } from "../errors/service-error.js";
import { checkText } from "../owners/check-text.js";
import { ownerErased, toErasureCheck } from "../owners/erasures.js";
import type { ServiceContext } from "../service-context.js";
import { requireLedger } from "./billing.js";

/** One movement of credits by the host. */
export interface CreditMove {
  readonly accountId: string;
  /** Signed safe integer. */
  readonly amount: number;
  /** Unique per account: the same key moves credits once. */
  readonly key: string;
  readonly reason?: string | undefined;
}

/** A correction of a balance. */
export interface CreditAdjustment extends CreditMove {
  /** Takes no more than the balance. */
  readonly atMost?: boolean | undefined;
}

/** A movement's new balance, and the amount by which its key changed it. */
export interface MovedCredits {
  readonly balance: number;
  readonly moved: number;
}

type MoveContext = Pick<ServiceContext, "store" | "billing" | "erasures" | "eventBus" | "keyRing">;

/**
 * Adds credits, once per key, as a gift or a purchase.
 *
 * @throws {ServiceError} invalid_input; idempotency_mismatch when the key was used for another movement; not_found
 *   if the host does not bill, or keeps the credits itself; unavailable when the account's owner was deleted during the call
 */
export async function grantCredits(context: MoveContext, grant: CreditMove): Promise<{ readonly balance: number }> {
  checkPositive(grant.amount);
  const { balance } = await moveCredits(context, { kind: "grant", move: grant });
  return { balance };
}

/**
 * Takes credits, once per key, for something that the host itself sells.
 *
 * @throws {ServiceError} as `grantCredits`; insufficient_credits when the balance is lower
 */
export async function spendCredits(context: MoveContext, spending: CreditMove): Promise<{ readonly balance: number }> {
  checkPositive(spending.amount);
  const move = { ...spending, amount: -spending.amount, atMost: false };
  const { balance } = await moveCredits(context, { kind: "adjustment", move });
  return { balance };
}

/**
 * Corrects a balance, up or down, once per key.
 *
 * @throws {ServiceError} as `grantCredits`; insufficient_credits when the balance would fall below 0, unless `atMost`
 */
export function adjustCredits(context: MoveContext, adjustment: CreditAdjustment): Promise<MovedCredits> {
  if (adjustment.atMost === true && !(adjustment.amount < 0))
    throw invalidInput("Must be below 0 with atMost, which takes credits.", ["amount"]);
  return moveCredits(context, { kind: "adjustment", move: adjustment });
}

/** Runs before the sign changes: negating a text would make it a number. */
function checkPositive(amount: number): void {
  if (!Number.isSafeInteger(amount) || amount <= 0) throw invalidInput("Must be a whole number above 0.", ["amount"]);
}

async function moveCredits(
  context: MoveContext,
  {
    kind,
    move: { accountId, amount, atMost = false, key, reason },
  }: { readonly kind: "grant" | "adjustment"; readonly move: CreditAdjustment },
): Promise<MovedCredits> {
  const { store, billing, erasures, eventBus } = context;
  const { initialGrant } = requireLedger(billing);
  if (!Number.isSafeInteger(amount) || amount === 0)
    throw invalidInput("Must be a whole number other than 0.", ["amount"]);
  checkText(accountId, "accountId");
  checkText(key, "key");
  if (reason !== undefined) checkText(reason, "reason");
  const after = await erasures.position();
  const verdict = await store.adjust({
    accountId,
    kind,
    amount,
    atMost,
    key,
    reason: reason ?? null,
    initialGrant,
    erasures: await toErasureCheck(context, { ids: [accountId], after }),
  });
  switch (verdict.type) {
    case "applied":
      eventBus.hint([accountId]);
      return { balance: verdict.balance, moved: verdict.moved };
    case "replayed":
      return { balance: verdict.balance, moved: verdict.moved };
    case "too_much": {
      const message = "The account cannot hold that many credits, including possible refunds.";
      throw invalidInput(message, ["amount"]);
    }
    case "owner_erased":
      throw ownerErased(context);
    case "mismatch":
      throw new ServiceError("idempotency_mismatch", "This key was used for another movement.");
    case "refused": {
      const { available } = verdict;
      const detail = `The account has ${available} credits, and ${-amount} are needed.`;
      throw new ServiceError("insufficient_credits", detail, { required: -amount, available });
    }
  }
}
