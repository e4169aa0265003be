import type { OperatorActionRecord } from "../../ports/store/operator-store.js";
import { AdminError } from "../admin-context.js";
import { type ActionForm, toWholeNumber } from "./read-form.js";

const untypedCreditsFloor = 10_000;
/** Amounts up to this multiple of the balance are typed once. One digit too many multiplies the intended amount by about ten. */
const untypedBalanceMultiple = 10;
/** The ledger refuses a sum of the balance and all possible refunds above the safe integers. No real balance is near that. */
const maxRealBalance = Number.MAX_SAFE_INTEGER / 2;

/**
 * Max credits that an adjustment adds without its amount typed twice. It grows with the balance, because hosts sell credits of
 * very different worth. An amount that takes credits needs no limit: the balance is one.
 */
export function maxUntypedCredits(balance: number): number {
  return Math.max(untypedCreditsFloor, untypedBalanceMultiple * balance);
}

/** @throws {AdminError} 400 for a large amount that was not typed again. */
export function checkTypedAgain(
  form: ActionForm,
  { amount, balance }: { readonly amount: number; readonly balance: number },
): void {
  const limit = maxUntypedCredits(balance);
  if (amount <= limit || toWholeNumber(form("confirm")) === amount) return;
  throw new AdminError(400, `Nothing was changed: type ${amount} again as confirm, because it is more than ${limit}.`);
}

/** Why an adjustment changed nothing. `repeated`: an earlier request with the key has moved the credits. */
export type UnchangedAdjustment =
  | { readonly type: "repeated" }
  | { readonly type: "refused"; readonly message: string };

/** @param record of an adjustment with the outcome `unchanged`, for which the account existed. */
export function reasonUnchanged(
  { before, subject }: Pick<OperatorActionRecord, "before" | "subject">,
  amount: number,
): UnchangedAdjustment {
  const { balance, entry } = before ?? {};
  if (typeof entry === "number") return { type: "repeated" };
  // The record of an erased account has no id of it, even if another account has that id by now.
  if (typeof balance === "number" && subject !== "*") {
    if (balance + amount < 0) return refused(`The account has ${balance} credits: take at most ${balance}.`);
    if (balance + amount > maxRealBalance)
      return refused(`The balance of ${balance} credits would become too large: add less.`);
  }
  return refused("The account was deleted in the meantime.");
}

function refused(message: string): UnchangedAdjustment {
  return { type: "refused", message };
}
