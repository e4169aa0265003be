import type { EventSender } from "./event-sender.ts";
import { type Metadata, newId, type Session } from "./wire.ts";

/** A PaymentIntent. */
export interface Payment {
  readonly id: string;
  readonly object: "payment_intent";
  readonly amount_received: number;
  readonly metadata: Metadata;
}

export interface Subscription {
  readonly id: string;
  readonly object: "subscription";
  readonly metadata: Metadata;
  /** For one month, in cents. */
  readonly price: number;
}

export interface Invoice {
  readonly id: string;
  readonly object: "invoice";
  readonly billing_reason: "subscription_create" | "subscription_cycle" | "subscription_update";
  readonly amount_paid: number;
  /** Id of its PaymentIntent. Stripe's own invoices have no such member: see `/invoice_payments`. */
  readonly payment: string;
  readonly parent: {
    readonly type: "subscription_details";
    readonly subscription_details: { readonly subscription: string; readonly metadata: Metadata };
  };
}

/** All payments of a fake Stripe, in order. */
export class Payments {
  readonly payments: Payment[] = [];
  readonly invoices: Invoice[] = [];
  readonly subscriptions: Subscription[] = [];
  readonly #events: EventSender;

  constructor(events: EventSender) {
    this.#events = events;
  }

  /** Pays a Checkout session, and sends its events in the reverse of their usual order. */
  async pay(session: Session): Promise<void> {
    session.status = "complete";
    session.payment_status = "paid";
    if (session.mode === "subscription") {
      const { metadata } = session.subscription_data;
      const id = newId("sub");
      const subscription: Subscription = { id, object: "subscription", metadata, price: session.amount_total };
      this.subscriptions.push(subscription);
      await this.#events.send("checkout.session.completed", session);
      await this.#charge(subscription, "subscription_create");
    } else {
      const payment = this.#newPayment(session.amount_total, session.payment_intent_data.metadata);
      session.payment_intent = payment.id;
      await this.#events.send("checkout.session.completed", session);
      await this.#events.send("payment_intent.succeeded", payment);
    }
  }

  /** Charges the next month of a subscription. */
  renew(subscription: Subscription): Promise<Invoice> {
    return this.#charge(subscription, "subscription_cycle");
  }

  async #charge(subscription: Subscription, reason: Invoice["billing_reason"]): Promise<Invoice> {
    const payment = this.#newPayment(subscription.price, {});
    const invoice: Invoice = {
      id: newId("in"),
      object: "invoice",
      billing_reason: reason,
      amount_paid: subscription.price,
      payment: payment.id,
      parent: {
        type: "subscription_details",
        subscription_details: { subscription: subscription.id, metadata: subscription.metadata },
      },
    };
    this.invoices.push(invoice);
    await this.#events.send("invoice.paid", invoice);
    return invoice;
  }

  #newPayment(amount: number, metadata: Metadata): Payment {
    const payment: Payment = { id: newId("pi"), object: "payment_intent", amount_received: amount, metadata };
    this.payments.push(payment);
    return payment;
  }
}
