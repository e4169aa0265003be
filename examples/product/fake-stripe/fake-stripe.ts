import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { Hono } from "hono";
import { type Customers, customerRoutes } from "./customer-routes.ts";
import { EventSender } from "./event-sender.ts";
import { payPage, portalPage } from "./pages.ts";
import { paymentRoutes } from "./payment-routes.ts";
import { Payments } from "./payments.ts";
import { type Session, wireError } from "./wire.ts";

export const fakeApiKey = "sk_test_fake";

/** The part of Stripe that the product uses: the API, signed events, and a Checkout page whose button pays. */
export interface FakeStripe {
  readonly origin: string;
  readonly events: EventSender;
  readonly payments: Payments;
  readonly customers: Customers;
  close(): void;
}

export interface FakeStripeOptions {
  /** @default 0, a free port */
  readonly port?: number;
  /** Address to listen on. @default this machine only */
  readonly host?: string;
  /** Origin of the Checkout page for browsers, if they cannot reach that of the API. @default the API's */
  readonly pageOrigin?: string;
}

export async function startFakeStripe(options: FakeStripeOptions = {}): Promise<FakeStripe> {
  const sessions = new Map<string, Session>();
  const customers: Customers = { byKey: new Map(), deleted: new Set() };
  const events = new EventSender();
  const payments = new Payments(events);

  const app = new Hono();
  app.use("/v1/*", async (c, next) => {
    const isAllowed = c.req.header("authorization") === `Bearer ${fakeApiKey}`;
    return isAllowed ? next() : c.json(...wireError(401, "invalid_api_key"));
  });
  app.route("/v1", customerRoutes(customers));
  app.route("/v1", paymentRoutes({ payments, sessions, pageOrigin: options.pageOrigin }));
  app.get("/pay/:id", (c) => {
    const session = sessions.get(c.req.param("id"));
    return session ? c.html(payPage(session)) : c.notFound();
  });
  app.post("/pay/:id", async (c) => {
    const session = sessions.get(c.req.param("id"));
    if (!session) return c.notFound();
    if (session.status === "open") await payments.pay(session);
    return c.redirect(session.success_url, 303);
  });
  app.get("/portal", (c) => c.html(portalPage(c.req.query("return_url") ?? "/")));

  const server = createServer(getRequestListener(app.fetch)).listen(options.port ?? 0, options.host ?? "127.0.0.1");
  await once(server, "listening");
  // A server that listens on a port has such an address.
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, events, payments, customers, close: () => void server.close() };
}
