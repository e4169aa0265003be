import type Stripe from "stripe";

/** A payment for credits. */
export interface Purchase {
  readonly accountId: string;
  readonly credits: number;
  /** The same for each event of the payment, so that its credits are granted once. */
  readonly key: string;
  /** Stored in the ledger entry. */
  readonly reason: string;
}

/** The pack that a Checkout session sold; `null` if it is not paid yet, or started a subscription. */
export function purchaseOfSession(session: Stripe.Checkout.Session): Purchase | null {
  if (session.mode !== "payment" || session.payment_status !== "paid" || !session.payment_intent) return null;
  return purchaseOf(session.metadata, { key: idOf(session.payment_intent), reason: "pack" });
}

/** The month of a subscription that an invoice paid; `null` for a free month, and for a changed plan. */
export function purchaseOfInvoice(invoice: Stripe.Invoice): Purchase | null {
  const isMonth = ["subscription_create", "subscription_cycle"].includes(invoice.billing_reason ?? "");
  if (!isMonth || invoice.amount_paid === 0) return null;
  const metadata = invoice.parent?.subscription_details?.metadata ?? null;
  return purchaseOf(metadata, { key: invoice.id, reason: "subscription" });
}

/**
 * The purchase of a PaymentIntent, with the sum `paid` in the smallest unit of its currency; `null` if it paid for something
 * else.
 */
export async function findPurchase(
  stripe: Stripe,
  paymentIntentId: string,
): Promise<(Purchase & { readonly paid: number }) | null> {
  const intent = await stripe.paymentIntents.retrieve(paymentIntentId);
  const pack = purchaseOf(intent.metadata, { key: intent.id, reason: "pack" });
  if (pack) return { ...pack, paid: intent.amount_received };
  const { data } = await stripe.invoicePayments.list({
    payment: { type: "payment_intent", payment_intent: paymentIntentId },
    expand: ["data.invoice"],
  });
  const invoice = data[0]?.invoice;
  // `expand` returns whole invoices. Without one, the payment is of something else.
  if (!invoice || typeof invoice === "string" || invoice.deleted) return null;
  const month = purchaseOfInvoice(invoice);
  return month && { ...month, paid: intent.amount_received };
}

export function idOf(reference: string | { readonly id: string }): string {
  return typeof reference === "string" ? reference : reference.id;
}

function purchaseOf(
  metadata: Stripe.Metadata | null,
  { key, reason }: { readonly key: string; readonly reason: string },
): Purchase | null {
  const credits = Number(metadata?.credits);
  if (!metadata?.accountId || !Number.isSafeInteger(credits) || credits <= 0) return null;
  return { accountId: metadata.accountId, credits, key: `stripe:${key}`, reason };
}
