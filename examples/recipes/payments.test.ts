import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, test } from "node:test";
import { getRequestListener } from "@hono/node-server";
import { Hono } from "hono";
import Stripe from "stripe";

const secret = "whsec_of_the_tests";
process.env.STRIPE_WEBHOOK_SECRET = secret;
const { onStripeWebhook } = await import("./documented/stripe-webhook.ts");
const { stripe } = await import("./documented/stripe-checkout.ts");
const { safelight } = await import("./documented/safelight.ts");
const { meteredBy } = await import("./documented/open-meter.ts");

const metered: { headers: Headers; event: { id: string; subject: string; data: object } }[] = [];
/** PaymentIntents by id, as Stripe's API returns them. */
const payments = new Map<string, object>();
const app = new Hono()
  .get("/v1/payment_intents/:id", (c) => c.json(payments.get(c.req.param("id")) ?? {}))
  .post("/api/v1/events", async (c) => {
    metered.push({ headers: c.req.raw.headers, event: await c.req.json() });
    return c.body(null, metered.length === 1 ? 503 : 204);
  });
const server = createServer(getRequestListener(app.fetch));
const { webhooks } = new Stripe("sk_test_unused");

async function send(type: string, object: object, signedWith = secret): Promise<number> {
  const payload = JSON.stringify({ id: "evt_1", object: "event", type, data: { object } });
  const headers = { "stripe-signature": webhooks.generateTestHeaderString({ payload, secret: signedWith }) };
  const request = () => new Request("http://localhost/api/stripe", { method: "POST", headers, body: payload });
  // Stripe may deliver an event twice at the same time.
  const [first] = await Promise.all([onStripeWebhook(request()), onStripeWebhook(request())]);
  return first.status;
}

const balanceOf = async (ownerId: string): Promise<number> => (await safelight.api.credits({ ownerId })).balance;

/** A payment of 500 credits for 9 dollars, and the Checkout session that it completes. */
function packOf(accountId: string): { readonly id: string; readonly session: object } {
  const metadata = { accountId, credits: "500" };
  const id = `pi_${accountId}`;
  payments.set(id, { id, object: "payment_intent", amount_received: 900, metadata });
  return { id, session: { id: "cs_1", mode: "payment", payment_status: "paid", payment_intent: id, metadata } };
}

describe("payments", () => {
  before(async () => {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    // The recipe's client sends its requests to the server of the test.
    Object.assign(stripe, new Stripe("sk_test_unused", { protocol: "http", host: "127.0.0.1", port }));
  });
  after(async () => {
    server.close();
    server.closeAllConnections();
    assert.deepEqual(await safelight.audit(), []);
    await safelight.close();
  });

  test("grants a pack once, when it is paid", async () => {
    const { session } = packOf("ann");
    assert.equal(await send("checkout.session.completed", { ...session, payment_status: "unpaid" }), 204);
    assert.equal(await balanceOf("ann"), 10);
    assert.equal(await send("checkout.session.async_payment_succeeded", session), 204);
    assert.equal(await send("checkout.session.completed", session), 204);
    assert.equal(await balanceOf("ann"), 510);
  });

  test("grants nothing for an event with a wrong signature", async () => {
    const { session } = packOf("eve");
    assert.equal(await send("checkout.session.completed", session, "whsec_another"), 400);
    assert.equal(await balanceOf("eve"), 10);
  });

  test("grants a month of a subscription once, and nothing for a changed plan or a free month", async () => {
    const parent = { subscription_details: { metadata: { accountId: "ben", credits: "800" } } };
    const invoice = { id: "in_1", amount_paid: 1_200, billing_reason: "subscription_cycle", parent };
    await send("invoice.paid", invoice);
    await send("invoice.paid", { ...invoice, id: "in_2", billing_reason: "subscription_update" });
    await send("invoice.paid", { ...invoice, id: "in_3", amount_paid: 0 });
    assert.equal(await balanceOf("ben"), 810);
  });

  test("takes back the credits of a charge-back that arrives before its payment, and returns them when it is won", async () => {
    const { id, session } = packOf("cara");
    const dispute = { id: "dp_1", amount: 900, payment_intent: id };
    await send("charge.dispute.funds_withdrawn", dispute);
    await send("checkout.session.completed", session);
    assert.equal(await balanceOf("cara"), 10);
    await send("charge.dispute.funds_reinstated", dispute);
    assert.equal(await balanceOf("cara"), 510);
  });

  test("takes the share of a partial refund, and what is left for a charge-back", async () => {
    const { id, session } = packOf("dan");
    await send("checkout.session.completed", session);
    await send("refund.created", { id: "re_1", amount: 90, payment_intent: id });
    assert.equal(await balanceOf("dan"), 460);
    await safelight.api.spendCredits({ accountId: "dan", amount: 300, key: "spent" });
    await send("charge.dispute.funds_withdrawn", { id: "dp_2", amount: 900, payment_intent: id });
    assert.equal(await balanceOf("dan"), 0);
  });

  test("reports a completed generation to OpenMeter with the same id on each retry", async () => {
    const { port } = server.address() as AddressInfo;
    const { onCompleted } = meteredBy(`http://127.0.0.1:${port}`);
    assert(onCompleted);
    const event = {
      key: "msg_1",
      type: "completed",
      generationId: "gen_1",
      ownerId: "ann",
      accountId: "team-7",
      teamId: null,
      model: "poster",
      status: "completed",
      failureCode: null,
      credits: 4,
      refundedCredits: 1,
      costs: [],
      endedAt: "2026-11-29T12:00:00.000Z",
      generation: null,
    } as const;
    await assert.rejects(async () => onCompleted(event));
    await onCompleted(event);
    assert.deepEqual(
      metered.map(({ event: { id, subject, data } }) => ({ id, subject, data })),
      [1, 2].map(() => ({ id: "msg_1", subject: "team-7", data: { model: "poster", credits: 3 } })),
    );
    assert.equal(metered[0]?.headers.get("content-type"), "application/cloudevents+json");
  });
});
