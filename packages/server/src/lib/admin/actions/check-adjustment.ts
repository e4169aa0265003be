import type { OperatorActionRecord } from "../../ports/store/operator-store.js";
import { AdminError } from "../admin-context.js";
import { movedCredits } from "./moved-credits.js";
import { type ActionForm, toWholeNumber } from "./read-form.js";

const minUntypedCredits = 10_000;
/** The ledger refuses a sum of the balance and all possible refunds above the safe integers. No real balance is near that. */
const maxBalance = Number.MAX_SAFE_INTEGER / 2;
/** An amount with one digit too many is about ten times the intended one. */
const balances = 10;

/**
 * Max credits that an adjustment adds without its amount typed twice. It grows with the balance, because hosts sell credits of
 * very different worth. An amount that takes credits needs no limit: the balance is one.
 */
export function maxUntypedCredits(balance: number): number {
  return Math.max(minUntypedCredits, balances * balance);
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

/**
 * The cause for which an adjustment changed nothing; `null` if its form was sent before.
 *
 * @param options.actions the latest actions on the account.
 */
export function refusalOfAdjustment(
  record: OperatorActionRecord,
  { actions, amount }: { readonly actions: readonly OperatorActionRecord[]; readonly amount: number },
): string | null {
  const isRepeat = actions.some(
    (earlier) =>
      earlier.action === "adjust" &&
      earlier.actor === record.actor &&
      earlier.reason === record.reason &&
      movedCredits(earlier) === amount,
  );
  const balance = record.before?.balance;
  if (isRepeat) return null;
  if (typeof balance !== "number") return "The account was deleted in the meantime.";
  if (balance + amount < 0) return `The account has ${balance} credits: take at most ${balance}.`;
  return balance + amount > maxBalance ? `The balance of ${balance} credits would become too large: add less.` : null;
}
