import type Stripe from "stripe";
import { findPurchase, idOf, type Purchase, purchaseOfInvoice, purchaseOfSession } from "./purchases.ts";
import type { App } from "./safelight.ts";

interface StripeEventParts {
  readonly stripe: Stripe;
  readonly credits: Pick<App["api"], "grantCredits" | "adjustCredits">;
  /** Whether an account still has a user. */
  readonly hasUser: (accountId: string) => Promise<boolean>;
}

/** Money that went back to a customer: a refund, or a charge-back of their bank. */
interface Reversal {
  readonly id: string;
  /** In the smallest unit of the currency. */
  readonly amount: number;
  readonly payment_intent: string | Stripe.PaymentIntent | null;
}

/**
 * Keeps the credits equal to the payments. Stripe sends each event at least once, in any order: each movement has a key, and
 * a reversal first makes sure that its payment was granted. If the handler throws, respond with 500, and Stripe sends the event again.
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
        return takeBack(event.data.object);
      case "refund.failed":
      case "charge.dispute.funds_reinstated":
        return returnAgain(event.data.object);
    }
  };

  async function grant(purchase: Purchase | null): Promise<void> {
    if (!purchase) return;
    const { accountId, credits: amount, key, reason } = purchase;
    if (await hasUser(accountId)) await credits.grantCredits({ accountId, amount, key, reason });
    else console.error(`Payment ${key} is of a user who has left: refund it in Stripe.`);
  }

  async function takeBack(reversal: Reversal): Promise<void> {
    const taking = await takingOf(reversal);
    if (taking) await credits.adjustCredits(taking);
  }

  /** A repeat of the taking returns how much it took. */
  async function returnAgain(reversal: Reversal): Promise<void> {
    const taking = await takingOf(reversal);
    if (!taking) return;
    const { moved } = await credits.adjustCredits(taking);
    if (moved === 0) return;
    await credits.adjustCredits({
      accountId: taking.accountId,
      amount: -moved,
      key: `${taking.key}:returned`,
      reason: "reversal withdrawn",
    });
  }

  /** The share of the credits that the reversal takes, or what is left of it. `null` if it is not of a purchase of credits. */
  async function takingOf({ id, amount, payment_intent }: Reversal) {
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
