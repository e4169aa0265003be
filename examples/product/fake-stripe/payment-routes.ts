import { Hono } from "hono";
import type { Payments } from "./payments.ts";
import { formOf, newId, type Session, sessionFrom, wireError } from "./wire.ts";

interface PaymentRoutesParts {
  readonly payments: Payments;
  /** Checkout sessions by id. */
  readonly sessions: Map<string, Session>;
  /** Origin of the Checkout page. @default that of the request */
  readonly pageOrigin: string | undefined;
}

export function paymentRoutes({ payments: { payments, invoices }, sessions, pageOrigin }: PaymentRoutesParts): Hono {
  return new Hono()
    .post("/checkout/sessions", async (c) => {
      const session = sessionFrom(await formOf(c), pageOrigin ?? new URL(c.req.url).origin);
      sessions.set(session.id, session);
      return c.json(session);
    })
    .get("/payment_intents/:id", (c) => {
      const payment = payments.find(({ id }) => id === c.req.param("id"));
      return payment ? c.json(payment) : c.json(...wireError(404, "resource_missing"));
    })
    .get("/invoice_payments", (c) => {
      const paid = invoices.filter(({ payment }) => payment === c.req.query("payment[payment_intent]"));
      const data = paid.map((invoice) => ({ id: newId("inpay"), object: "invoice_payment", invoice }));
      return c.json({ object: "list", url: "/v1/invoice_payments", has_more: false, data });
    });
}
