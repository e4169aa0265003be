import { setTimeout as pause } from "node:timers/promises";
import Stripe from "stripe";
import { newId } from "./wire.ts";

export const fakeWebhookSecret = "whsec_fake";

/** Pause before an event is sent again, and the max number of times, while the endpoint fails. Stripe takes days. */
const redelivery = { pauseMs: 250, max: 240 };

/** Sends each event twice at the same time, signed with the `stripe` package, and again while the endpoint fails. */
export class EventSender {
  /** Address of the webhook endpoint. */
  webhookUrl = "";
  /** While true, events are kept until `release`, as if Stripe were slow. */
  holdsEvents = false;
  /** HTTP status codes of the responses to all events. */
  readonly responses: number[] = [];
  readonly #held: string[] = [];

  /** Sends an event, and waits for both deliveries. Only keeps it while `holdsEvents` is true. */
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
    await Promise.all([this.#post(request), this.#post(request)]);
  }

  /** @param request with a signature of now, which stays valid for five minutes. */
  async #post(request: RequestInit): Promise<void> {
    for (let count = 0; count < redelivery.max; count += 1) {
      const status = await fetch(this.webhookUrl, request).then(
        (response) => response.status,
        () => null,
      );
      if (status !== null) this.responses.push(status);
      if (status !== null && status < 500) return;
      await pause(redelivery.pauseMs);
    }
  }
}
