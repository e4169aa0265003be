import { fromNodeHeaders } from "better-auth/node";
import express, { type Request, type Router } from "express";
import type Stripe from "stripe";
import { type Offer, offers } from "../offers.ts";
import type { Auth } from "./auth.ts";

interface CheckoutParts {
  readonly auth: Auth;
  readonly stripe: Stripe;
  /** The public origin of the server. */
  readonly url: string;
}

/** `POST /checkout` starts a purchase, `POST /portal` opens Stripe's page for subscriptions. Both return `{ url }`. */
export function createCheckout({ auth, stripe, url }: CheckoutParts): Router {
  const router = express.Router();
  // A page of another site cannot send JSON with cookies.
  router.use(express.json());

  router.post("/checkout", async (request, response) => {
    const offer = offers.find(({ id }) => id === request.body?.offer);
    if (!offer) return void response.status(400).json({ code: "unknown_offer" });
    const user = await buyerOf(request);
    if (!user) return void response.status(403).json({ code: "account_required" });
    const session = await stripe.checkout.sessions.create({
      ...linesOf(offer, user.id),
      customer: await customerOf(user),
      client_reference_id: user.id,
      success_url: `${url}/?payment=done`,
      cancel_url: `${url}/?payment=canceled`,
    });
    response.json({ url: session.url });
  });

  router.post("/portal", async (request, response) => {
    const user = await buyerOf(request);
    if (!user) return void response.status(403).json({ code: "account_required" });
    const portal = await stripe.billingPortal.sessions.create({ customer: await customerOf(user), return_url: url });
    response.json({ url: portal.url });
  });

  return router;

  /** The user of the session; `null` for guests, because the credits of a late payment would not move to their account. */
  async function buyerOf(request: Request) {
    const session = await auth.api.getSession({ headers: fromNodeHeaders(request.headers) });
    return session && !session.user.isAnonymous ? session.user : null;
  }

  async function customerOf({ id, email }: { readonly id: string; readonly email: string }): Promise<string> {
    const { internalAdapter } = await auth.$context;
    const user: object | null = await internalAdapter.findUserById(id);
    if (user && "stripeCustomerId" in user && typeof user.stripeCustomerId === "string") return user.stripeCustomerId;
    // With the idempotency key, two tabs create the same customer.
    const customer = await stripe.customers.create({ email, metadata: { userId: id } }, { idempotencyKey: id });
    await internalAdapter.updateUser(id, { stripeCustomerId: customer.id });
    return customer.id;
  }
}

/** The lines of an offer, with the metadata by which `purchases.ts` finds the account and the credits of a payment. */
function linesOf({ name, credits, price, kind }: Offer, accountId: string): Stripe.Checkout.SessionCreateParams {
  const metadata = { accountId, credits: String(credits) };
  const product = { currency: "usd", unit_amount: price, product_data: { name: `${name}, ${credits} credits` } };
  return kind === "pack"
    ? {
        mode: "payment",
        line_items: [{ quantity: 1, price_data: product }],
        metadata,
        payment_intent_data: { metadata },
      }
    : {
        mode: "subscription",
        line_items: [{ quantity: 1, price_data: { ...product, recurring: { interval: "month" } } }],
        subscription_data: { metadata },
      };
}
