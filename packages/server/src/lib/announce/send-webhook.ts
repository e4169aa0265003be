import { invalidOption } from "../ports/setup-error.js";
import type { EndEvent } from "../service/hooks.js";
import { signStandardWebhook } from "../signing/standard-webhooks.js";

/** A host's webhook, which receives an event when a generation ends or credits are refunded. */
export interface OutgoingWebhook {
  /** `https:`, or `http:` within the host's own network. */
  readonly url: string;
  /** `whsec_` and base64 of 24 to 64 random bytes. The receiver verifies with the same secret. */
  readonly secret: string;
  /** @default the global fetch */
  readonly fetch?: typeof globalThis.fetch;
}

/** @throws {TypeError} for an invalid URL or secret. */
export function checkOutgoingWebhook(webhook: OutgoingWebhook): OutgoingWebhook {
  const isHttp = URL.canParse(webhook.url) && /^https?:$/.test(new URL(webhook.url).protocol);
  if (!isHttp) throw invalidOption("webhook.url must start with https:// or http://.");
  if (!/^whsec_[A-Za-z0-9+/]{32,}={0,2}$/.test(webhook.secret)) {
    throw invalidOption("webhook.secret must be whsec_ and the base64 of 24 to 64 random bytes.");
  }
  return webhook;
}

/** Time limit of one delivery, in milliseconds: shorter than the outbox's limit for one item. */
const limitMs = 15_000;

/**
 * Sends one event, signed as in Standard Webhooks. Its key is the `webhook-id`, the same for every retry.
 *
 * @param delivery.now epoch milliseconds, for the signature.
 * @throws when the receiver does not respond with a 2xx status in time.
 */
export async function sendWebhook(
  { fetch, secret, url }: OutgoingWebhook,
  { event, now }: { readonly event: EndEvent; readonly now: number },
): Promise<void> {
  const { key, type, ...data } = event;
  const body = JSON.stringify({ type: `generation.${type}`, timestamp: event.endedAt, data });
  const signature = await signStandardWebhook({ id: key, timestamp: now, body }, secret);
  const response = await (fetch ?? globalThis.fetch)(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...signature },
    body,
    redirect: "manual",
    signal: AbortSignal.timeout(limitMs),
  });
  // Only the status counts, so errors while the body is discarded are ignored.
  await response.body?.cancel().catch(() => undefined);
  if (!response.ok) throw new Error(`The host's webhook responded with status ${response.status}.`);
}
