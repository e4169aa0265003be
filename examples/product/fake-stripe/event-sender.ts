import Stripe from "stripe";
import { newId } from "./wire.ts";

export const fakeWebhookSecret = "whsec_fake";

/** Sends each event twice at the same time, signed with the `stripe` package. */
export class EventSender {
  /** Address of the webhook endpoint. */
  webhookUrl = "";
  /** While true, events are kept until `release`, as if Stripe were slow. */
  holdsEvents = false;
  /** HTTP status codes of the responses to all events. */
  readonly responses: number[] = [];
  readonly #held: string[] = [];

  /** Sends an event, and waits for both responses. Only keeps it while `holdsEvents` is true. */
  async send(type: string, object: object): Promise<void> {
    const created = Math.floor(Date.now() / 1_000);
    const event = { id: newId("evt"), object: "event", type, created, livemode: false, data: { object } };
    const payload = JSON.stringify(event);
    if (this.holdsEvents) this.#held.push(payload);
    else await this.#deliver(payload);
  }

  /** Sends the kept events in order, and sets `holdsEvents` to false. */
  async release(): Promise<void> {
    this.holdsEvents = false;
    for (const payload of this.#held.splice(0)) await this.#deliver(payload);
  }

  async #deliver(payload: string): Promise<void> {
    const { webhooks } = new Stripe("sk_test_unused");
    const signature = webhooks.generateTestHeaderString({ payload, secret: fakeWebhookSecret });
    const headers = { "content-type": "application/json; charset=utf-8", "stripe-signature": signature };
    const request = { method: "POST", headers, body: payload };
    const responses = await Promise.all([fetch(this.webhookUrl, request), fetch(this.webhookUrl, request)]);
    this.responses.push(...responses.map(({ status }) => status));
  }
}
