import { Hono } from "hono";
import Stripe from "stripe";
import { type Pack, packs } from "../prices.ts";
import type { Auth } from "./auth.ts";
import type { App } from "./safelight.ts";
import type { Settings } from "./settings.ts";

interface ShopParts {
  readonly settings: Pick<Settings, "stripe" | "url">;
  readonly auth: Auth;
  readonly credits: Pick<App["api"], "grantCredits" | "adjustCredits">;
  /** A payment may complete after its user has deleted the account. */
  readonly hasUser: (userId: string) => Promise<boolean>;
}

/**
 * `POST /checkout` starts the purchase of a pack, and returns `{ url }` of Stripe's page. `POST /events` receives Stripe's signed
 * events. Subscriptions and disputes are in examples/product.
 */
export function shopRoutes({ settings, auth, credits, hasUser }: ShopParts): Hono {
  const { url } = settings;
  const stripe = openStripe(settings.stripe);
  const app = new Hono();
  app.post("/checkout", async (c) => {
    const session = await auth.api.getSession({ headers: c.req.raw.headers });
    if (session === null) return c.json({ code: "unauthenticated" }, 401);
    const isJson = c.req.header("content-type")?.startsWith("application/json") ?? false;
    const { pack: id } = Object(isJson ? await c.req.json().catch(() => null) : null);
    const pack = packs.find((each) => each.id === id);
    if (pack === undefined) return c.json({ code: "unknown_pack" }, 400);
    const checkout = await stripe.checkout.sessions.create({
      ...linesOf(pack, session.user.id),
      customer_email: session.user.email,
      success_url: `${url}/credits?payment=done`,
      cancel_url: `${url}/credits?payment=canceled`,
    });
    return c.json({ url: checkout.url });
  });
  app.post("/events", async (c) => {
    // The signature is computed over the raw bytes.
    const event = await readEvent(await c.req.text(), c.req.header("stripe-signature") ?? "");
    if (event === null) return c.json({ code: "invalid_signature" }, 400);
    await apply(event);
    return c.json({ received: true });
  });
  return app;

  async function readEvent(body: string, signature: string): Promise<Stripe.Event | null> {
    try {
      return await stripe.webhooks.constructEventAsync(body, signature, settings.stripe.webhookSecret);
    } catch (error) {
      if (error instanceof Stripe.errors.StripeSignatureVerificationError) return null;
      throw error;
    }
  }

  /** Each event may arrive often: its key grants the credits of a payment once. If this throws, Stripe sends it again. */
  async function apply({ type, data }: Stripe.Event): Promise<void> {
    if (type === "checkout.session.completed" || type === "checkout.session.async_payment_succeeded") {
      const { payment_status, payment_intent, metadata } = data.object;
      if (payment_status === "paid" && payment_intent !== null) await grant(idOf(payment_intent), metadata);
    }
    if (type === "refund.created") await revokeCredits(data.object);
    if (type === "refund.failed") await restoreCredits(data.object);
  }

  /** @returns the account and its credits; `null` if the payment was not for credits, or its user has deleted the account. */
  async function grant(paymentId: string, metadata: Stripe.Metadata | null) {
    const { accountId, credits: text } = metadata ?? {};
    const amount = Number(text);
    if (accountId === undefined || !Number.isSafeInteger(amount) || amount <= 0) return null;
    if (!(await hasUser(accountId))) {
      console.error(`The user of payment ${paymentId} has deleted the account: refund it in Stripe.`);
      return null;
    }
    await credits.grantCredits({ accountId, amount, key: `stripe:${paymentId}`, reason: "pack" });
    return { accountId, amount };
  }

  /** Debits the refunded share of the credits of a payment, or the whole balance if that is less. */
  async function revokeCredits(refund: Stripe.Refund) {
    if (refund.payment_intent === null) return null;
    const payment = await stripe.paymentIntents.retrieve(idOf(refund.payment_intent));
    // The refund may arrive before its payment.
    const granted = await grant(payment.id, payment.metadata);
    if (granted === null) return null;
    const { accountId, amount } = granted;
    const share = Math.max(1, Math.round((amount * refund.amount) / payment.amount_received));
    const [key, reason] = [`stripe:${refund.id}`, "payment refunded"];
    return { accountId, ...(await credits.adjustCredits({ accountId, amount: -share, atMost: true, key, reason })) };
  }

  /** The bank could not pay out a refund: returns the credits that it debited. */
  async function restoreCredits(refund: Stripe.Refund): Promise<void> {
    // With the same key, this call debits nothing more and returns the result of the first one.
    const revoked = await revokeCredits(refund);
    if (revoked === null || revoked.moved === 0) return;
    const [key, reason] = [`stripe:${refund.id}:returned`, "refund failed"];
    await credits.adjustCredits({ accountId: revoked.accountId, amount: -revoked.moved, key, reason });
  }
}

function openStripe({ apiKey, apiOrigin }: Settings["stripe"]): Stripe {
  if (apiOrigin === null) return new Stripe(apiKey);
  const { hostname, port } = new URL(apiOrigin);
  return new Stripe(apiKey, { protocol: "http", host: hostname, port });
}

/** With the metadata by which an event finds the account and the credits of its payment. */
function linesOf({ name, credits, price }: Pack, accountId: string): Stripe.Checkout.SessionCreateParams {
  const metadata = { accountId, credits: String(credits) };
  const product_data = { name: `${name}, ${credits} credits` };
  return {
    mode: "payment",
    client_reference_id: accountId,
    line_items: [{ quantity: 1, price_data: { currency: "usd", unit_amount: price, product_data } }],
    metadata,
    payment_intent_data: { metadata },
  };
}

function idOf(reference: string | { readonly id: string }): string {
  return typeof reference === "string" ? reference : reference.id;
}
