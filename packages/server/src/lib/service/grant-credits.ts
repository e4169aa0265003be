import { invalidInput } from "./invalid-input.js";
import type { ServiceContext } from "./service-context.js";
import { ServiceError } from "./service-error.js";
import { textFaultOf } from "./text-fault.js";

/** A gift or a purchase. */
export interface CreditGrant {
  readonly accountId: string;
  /** Safe integer > 0. */
  readonly amount: number;
  /** Unique per account, such as the payment's id: the same key grants once. */
  readonly key: string;
  readonly reason?: string;
}

const longestText = 256;

/**
 * Adds credits once per key.
 *
 * @throws {ServiceError} invalid_input; idempotency_mismatch when the key was used for another amount
 */
export async function grantCredits(
  { store, initialGrant }: Pick<ServiceContext, "store" | "initialGrant">,
  { accountId, amount, key, reason }: CreditGrant,
): Promise<{ readonly balance: number }> {
  if (!Number.isSafeInteger(amount) || amount < 1) throw invalidInput("A whole number above 0.", ["amount"]);
  checkText(accountId, "accountId");
  checkText(key, "key");
  if (reason !== undefined) checkText(reason, "reason");
  const command = { accountId, kind: "grant", amount, key, reason: reason ?? null, initialGrant } as const;
  const verdict = await store.adjust(command);
  switch (verdict.type) {
    case "applied":
    case "replayed":
      return { balance: verdict.balance };
    case "mismatch":
      throw new ServiceError("idempotency_mismatch", "This key was used for another amount.");
    case "refused":
      throw new Error(`The store refused to add ${amount} credits, although adding cannot fall below 0.`);
  }
}

function checkText(text: string, name: string): void {
  if (text.length < 1 || text.length > longestText) throw invalidInput(`From 1 to ${longestText} characters.`, [name]);
  const fault = textFaultOf(text);
  if (fault !== null) throw invalidInput(fault, [name]);
}
