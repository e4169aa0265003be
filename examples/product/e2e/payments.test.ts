import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Payment } from "../fake-stripe/payments.ts";
import { initialCredits } from "../offers.ts";
import { type Member, password, signUp, startGuest } from "./member.ts";
import { startProduct, type TestedProduct } from "./start-product.ts";

describe("payments", () => {
  let product: TestedProduct;

  before(async () => {
    product = await startProduct();
  });
  after(async () => {
    assert.deepEqual(await product.safelight.audit(), []);
    assert.deepEqual([...new Set(product.stripe.events.responses)], [200]);
    await product.stop();
  });

  test("grants a pack once, from events that arrive twice and before the redirect", async () => {
    const ann = await signUp(product.url, "ann");
    await buy(ann, "small");
    assert.deepEqual(await product.grantsOf(ann.id), [20]);
  });

  test("grants a delayed payment when it is paid", async () => {
    const { events } = product.stripe;
    const ben = await signUp(product.url, "ben");
    const metadata = { accountId: ben.id, credits: "20" };
    const session = { id: "cs_late", mode: "payment", metadata, payment_intent: "pi_late" };
    await events.send("checkout.session.completed", { ...session, payment_status: "unpaid" });
    assert.deepEqual(await product.grantsOf(ben.id), []);
    await events.send("checkout.session.async_payment_succeeded", { ...session, payment_status: "paid" });
    assert.deepEqual(await product.grantsOf(ben.id), [20]);
  });

  test("grants and takes back the credits of a charge-back that arrives before its payment", async () => {
    const { events } = product.stripe;
    const cara = await signUp(product.url, "cara");
    events.holdsEvents = true;
    const payment = await buy(cara, "small");
    events.holdsEvents = false;
    await events.send("charge.dispute.funds_withdrawn", { id: "dp_1", amount: 500, payment_intent: payment.id });
    await events.release();
    assert.deepEqual(await product.grantsOf(cara.id), [20]);
    assert.equal(await product.balanceOf(cara.id), initialCredits);
  });

  test("takes what is left of a disputed payment once, and returns that much when the dispute is won", async () => {
    const { events } = product.stripe;
    const hal = await signUp(product.url, "hal");
    const payment = await buy(hal, "small");
    await product.safelight.api.spendCredits({ accountId: hal.id, amount: 10, key: "spent" });
    const dispute = { id: "dp_2", amount: 500, payment_intent: payment.id };
    await events.send("charge.dispute.funds_withdrawn", dispute);
    assert.equal(await product.balanceOf(hal.id), 0);
    await events.send("charge.dispute.funds_reinstated", dispute);
    assert.equal(await product.balanceOf(hal.id), initialCredits + 10);
    await events.send("charge.dispute.funds_withdrawn", dispute);
    assert.equal(await product.balanceOf(hal.id), initialCredits + 10);
  });

  test("grants each month of a subscription once, and debits the share of a refund", async () => {
    const { events, payments } = product.stripe;
    const dan = await signUp(product.url, "dan");
    await buy(dan, "monthly");
    const subscription = payments.subscriptions.at(-1);
    assert(subscription !== undefined);
    const invoice = await payments.renew(subscription);
    assert.deepEqual(await product.grantsOf(dan.id), [80, 80]);
    await events.send("invoice.paid", { ...invoice, id: "in_changed", billing_reason: "subscription_update" });
    assert.deepEqual(await product.grantsOf(dan.id), [80, 80]);
    const before = await product.balanceOf(dan.id);
    await events.send("refund.created", { id: "re_1", amount: 300, payment_intent: invoice.payment });
    assert.equal(await product.balanceOf(dan.id), before - 20);
    await events.send("refund.failed", { id: "re_1", amount: 300, payment_intent: invoice.payment });
    assert.equal(await product.balanceOf(dan.id), before);
  });

  test("refuses guests, unknown offers, and events without a valid signature", async () => {
    const guest = await startGuest(product.url);
    assert.equal((await guest.post("/api/checkout", { offer: "small" })).status, 403);
    const eva = await signUp(product.url, "eva");
    assert.equal((await eva.post("/api/checkout", { offer: "free" })).status, 400);
    assert.equal((await eva.post("/api/stripe", { type: "invoice.paid" })).status, 400);
    const headers = { "content-type": "application/json", "stripe-signature": "t=1,v1=00" };
    const forged = { method: "POST", headers, body: JSON.stringify({ type: "invoice.paid" }) };
    assert.equal((await fetch(`${product.url}/api/stripe`, forged)).status, 400);
  });

  test("deletes the postcards, the credits and the Stripe customer of a user who leaves", async () => {
    const { safelight, stripe, url } = product;
    const { events, customers } = stripe;
    const fay = await signUp(url, "fay");
    await buy(fay, "small");
    events.holdsEvents = true;
    await buy(fay, "large");
    const { generation } = await safelight.api.submit({ ownerId: fay.id }, "postcard", { prompt: "a lake" });
    const before = customers.deleted.size;
    assert.equal((await fay.post("/api/auth/delete-user", { password: "wrong password" })).status, 400);
    assert.equal((await fay.post("/api/auth/delete-user", { password })).status, 200);
    assert.equal((await fay.get("/api/generations/active")).status, 401);
    await assert.rejects(safelight.api.get({ ownerId: fay.id }, generation.id), { code: "not_found" });
    assert.equal(customers.deleted.size, before + 1);
    // The event of the second pack opens no new account.
    await events.release();
    assert.deepEqual(await product.grantsOf(fay.id), []);
  });

  test("serves the operator page to admins, and 404 to others", async () => {
    const gil = await signUp(product.url, "gil");
    assert.equal((await gil.get("/admin/safelight")).status, 404);
    const { internalAdapter } = await product.auth.$context;
    await internalAdapter.updateUser(gil.id, { role: "admin" });
    const page = await gil.get("/admin/safelight");
    assert.equal(page.status, 200);
    assert.match(await page.text(), /postcard/);
  });

  async function buy(member: Member, offer: string): Promise<Payment> {
    const checkout = await member.post("/api/checkout", { offer });
    assert.equal(checkout.status, 200, await checkout.clone().text());
    const { url } = await checkout.json();
    const paid = await fetch(url, { method: "POST", redirect: "manual" });
    assert.equal(paid.status, 303);
    const payment = product.stripe.payments.payments.at(-1);
    assert(payment !== undefined);
    return payment;
  }
});
