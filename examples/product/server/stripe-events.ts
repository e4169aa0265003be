import type Stripe from "stripe";
import { findPurchase, idOf, type Purchase, purchaseOfInvoice, purchaseOfSession } from "./purchases.ts";
import type { App } from "./safelight.ts";

interface StripeEventParts {
  readonly stripe: Stripe;
  readonly credits: Pick<App["api"], "grantCredits" | "adjustCredits">;
  /** Whether the user of an account still exists. */
  readonly hasUser: (accountId: string) => Promise<boolean>;
}

/** Money that went back to a customer: a refund, or a dispute. */
interface Reversal {
  readonly id: string;
  /** In the smallest unit of the currency. */
  readonly amount: number;
  readonly payment_intent: string | Stripe.PaymentIntent | null;
}

/**
 * Returns a handler that applies Stripe's events to the credits. Stripe sends each event at least once, in any order: each change
 * of a balance has a key, and a reversal first grants its payment. If the handler throws, respond with 500: Stripe then sends
 * the event again.
 */
export function createStripeEvents({ stripe, credits, hasUser }: StripeEventParts) {
  return async (event: Stripe.Event): Promise<void> => {
    switch (event.type) {
      case "checkout.session.completed":
      case "checkout.session.async_payment_succeeded":
        return grant(purchaseOfSession(event.data.object));
      case "invoice.paid":
        return grant(purchaseOfInvoice(event.data.object));
      case "refund.created":
      case "charge.dispute.funds_withdrawn":
        return revokeCredits(event.data.object);
      case "refund.failed":
      case "charge.dispute.funds_reinstated":
        return restoreCredits(event.data.object);
    }
  };

  async function grant(purchase: Purchase | null): Promise<void> {
    if (!purchase) return;
    const { accountId, credits: amount, key, reason } = purchase;
    if (await hasUser(accountId)) await credits.grantCredits({ accountId, amount, key, reason });
    else console.error(`The user of payment ${key} has deleted the account: refund it in Stripe.`);
  }

  async function revokeCredits(reversal: Reversal): Promise<void> {
    const adjustment = await prepareAdjustment(reversal);
    if (adjustment) await credits.adjustCredits(adjustment);
  }

  async function restoreCredits(reversal: Reversal): Promise<void> {
    const adjustment = await prepareAdjustment(reversal);
    if (!adjustment) return;
    // With the same key, this call debits nothing more and returns the result of the first one.
    const { moved } = await credits.adjustCredits(adjustment);
    if (moved === 0) return;
    await credits.adjustCredits({
      accountId: adjustment.accountId,
      amount: -moved,
      key: `${adjustment.key}:returned`,
      reason: "reversal withdrawn",
    });
  }

  /**
   * Grants the payment of a reversal, and returns the adjustment that debits the reversed share of the credits, or the whole
   * balance if that is less. `null` if the payment was not for credits, or its user has deleted the account.
   */
  async function prepareAdjustment({ id, amount, payment_intent }: Reversal) {
    if (!payment_intent) return null;
    const purchase = await findPurchase(stripe, idOf(payment_intent));
    if (!purchase || !(await hasUser(purchase.accountId))) return null;
    await grant(purchase);
    const share = Math.min(1, amount / purchase.paid);
    return {
      accountId: purchase.accountId,
      amount: -Math.max(1, Math.round(purchase.credits * share)),
      atMost: true,
      key: `stripe:${id}`,
      reason: "payment reversed",
    };
  }
}
