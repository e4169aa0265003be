import { createHmac } from "node:crypto";
import type { SignedCall } from "./calling-vendor.js";

/** What is signed, as the text that it is: also what no vendor would write. */
export interface CallText {
  readonly url: string;
  readonly id: string;
  readonly seconds: string;
  readonly body: string;
}

/** Signs a call by the letter of the specification, without the code that verifies it. */
export function signCall({ url, id, seconds, body }: CallText, secret: string): SignedCall {
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
