import type { WebhookChange } from "./fake-vendor.js";

/** Key pair of the Ed25519 test vector 1. @see https://www.rfc-editor.org/rfc/rfc8032#section-7.1 */
const privateKey = { kty: "OKP", crv: "Ed25519", d: "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A" };
const publicKey = { kty: "OKP", crv: "Ed25519", x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" };

/** Account in the webhooks of the fake vendor. */
const falUserId = "user-1";

/** Response of `/.well-known/jwks.json`. */
export const falKeySet = { keys: [publicKey] };

/** Signs a webhook like fal, and returns its headers. */
export async function signFalWebhook(
  body: string,
  id: string,
  { forged = false, timestamp = Date.now() }: WebhookChange,
): Promise<Readonly<Record<string, string>>> {
  const seconds = String(Math.floor(timestamp / 1_000));
  const hash = toHex(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(body)));
  const signed = new TextEncoder().encode([id, falUserId, seconds, hash].join("\n"));
  return {
    "content-type": "application/json",
    "x-fal-webhook-request-id": id,
    "x-fal-webhook-user-id": falUserId,
    "x-fal-webhook-timestamp": seconds,
    "x-fal-webhook-signature": toHex(await crypto.subtle.sign("Ed25519", await signingKey(forged), signed)),
  };
}

async function signingKey(forged: boolean): Promise<CryptoKey> {
  const algorithm = { name: "Ed25519" };
  if (!forged) {
    const jwk = { ...privateKey, x: publicKey.x };
    return crypto.subtle.importKey("jwk", jwk, algorithm, false, ["sign"]);
  }
  const pair = await crypto.subtle.generateKey(algorithm, false, ["sign", "verify"]);
  if ("privateKey" in pair) return pair.privateKey;
  throw new Error("Expected an Ed25519 key pair.");
}

function toHex(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
