import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { toNodeHandler } from "@safelight/server/node";
import { toNodeHandler as toAuthHandler } from "better-auth/node";
import express, { type Express } from "express";
import Stripe from "stripe";
import { type Auth, createAuth } from "./auth.ts";
import { createCheckout } from "./checkout.ts";
import { type App, createOperatorPage, createPostcards } from "./safelight.ts";
import type { Settings } from "./settings.ts";
import { createStripeEvents } from "./stripe-events.ts";

/** All parts of the server, connected. Start `safelight.worker` once `app` listens. */
export interface Product {
  readonly app: Express;
  readonly auth: Auth;
  readonly safelight: App;
}

export async function createProduct(settings: Settings): Promise<Product> {
  mkdirSync(settings.dataFolder, { recursive: true });
  const stripe = createStripe(settings.stripe);
  const auth = await createAuth(settings, {
    onGuestSignedIn: ({ guestId, userId }) =>
      safelight.api.transferOwner({ from: guestId, to: userId, credits: "move" }),
    onLeave: async ({ userId, stripeCustomerId }) => {
      if (stripeCustomerId) await deleteCustomer(stripe, stripeCustomerId);
      await safelight.api.deleteOwner({ ownerId: userId });
    },
  });
  const safelight: App = createPostcards(settings, async ({ headers }) => {
    const session = await auth.api.getSession({ headers });
    return session?.user.id ?? null;
  });
  const onEvent = createStripeEvents({
    stripe,
    credits: safelight.api,
    hasUser: async (id) => (await (await auth.$context).internalAdapter.findUserById(id)) !== null,
  });

  const app = express();
  app.disable("x-powered-by");
  // Before any body parser: each of these reads its request bodies itself.
  app.all("/api/auth/{*path}", toAuthHandler(auth));
  app.use("/api/generations", toNodeHandler(safelight));
  app.use("/admin/safelight", toNodeHandler(createOperatorPage(safelight, auth)));
  // The signature is computed over the raw bytes.
  app.post("/api/stripe", express.raw({ type: "application/json" }), async (request, response) => {
    const event = readEvent(request.body, request.get("stripe-signature"));
    if (!event) return void response.status(400).json({ code: "invalid_signature" });
    await onEvent(event);
    response.json({ received: true });
  });
  app.use("/api", createCheckout({ auth, stripe, url: settings.url }));
  app.use("/api", (_request, response) => void response.status(404).json({ code: "not_found" }));
  app.use(express.static("dist"));
  app.get("/", (_request, response) => response.sendFile(resolve("dist/index.html")));
  return { app, auth, safelight };

  function readEvent(body: unknown, signature: string | undefined): Stripe.Event | null {
    if (!Buffer.isBuffer(body) || signature === undefined) return null;
    try {
      return stripe.webhooks.constructEvent(body, signature, settings.stripe.webhookSecret);
    } catch (error) {
      if (error instanceof Stripe.errors.StripeSignatureVerificationError) return null;
      throw error;
    }
  }
}

function createStripe({ apiKey, apiOrigin }: Settings["stripe"]): Stripe {
  if (apiOrigin === undefined) return new Stripe(apiKey);
  const { hostname, port } = new URL(apiOrigin);
  return new Stripe(apiKey, { protocol: "http", host: hostname, port });
}

/** Deletes a customer, which ends the subscriptions. Has no effect if the customer is already deleted. */
async function deleteCustomer(stripe: Stripe, id: string): Promise<void> {
  try {
    await stripe.customers.del(id);
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeError) || error.code !== "resource_missing") throw error;
  }
}
