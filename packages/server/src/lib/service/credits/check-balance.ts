import type { Caller } from "../../model/define-model.js";
import { ServiceError } from "../errors/service-error.js";
import type { ServiceContext } from "../service-context.js";

/**
 * Refuses a submit whose price exceeds the balance, before its input's images are marked as used. The commit checks again.
 *
 * @throws {ServiceError} insufficient_credits
 */
export async function checkBalance(
  { billing, store }: Pick<ServiceContext, "billing" | "store">,
  { caller: { accountId }, required }: { readonly caller: Caller; readonly required: number },
): Promise<void> {
  if (billing === null || required === 0) return;
  const { balance } = await store.listCredits({ accountId, limit: 1, before: null });
  const available = balance ?? billing.initialGrant;
  if (available < required) throw insufficientCredits({ required, available });
}

/** The error of a price above the balance. */
export function insufficientCredits(shortage: { readonly required: number; readonly available: number }): ServiceError {
  const { required, available } = shortage;
  const detail = `This generation costs ${required} credits; the account holds ${available}.`;
  return new ServiceError("insufficient_credits", detail, shortage);
}
