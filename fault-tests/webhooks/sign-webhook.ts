import { createHmac } from "node:crypto";
import type { SignedWebhook } from "./webhook-vendor.js";

/** The signed parts as plain text, so that they can be malformed. */
export interface WebhookText {
  readonly url: string;
  readonly id: string;
  readonly seconds: string;
  readonly body: string;
}

/** Signs a webhook by the specification, independent of the code that verifies it. */
export function signWebhook({ url, id, seconds, body }: WebhookText, secret: string): SignedWebhook {
  const headers = {
    "webhook-id": id,
    "webhook-timestamp": seconds,
    "webhook-signature": `v1,${mac(secret, `${id}.${seconds}.${body}`)}`,
  };
  return { url, headers, body };
}

function mac(secret: string, text: string): string {
  return createHmac("sha256", Buffer.from(secret.slice("whsec_".length), "base64"))
    .update(text)
    .digest("base64");
}
