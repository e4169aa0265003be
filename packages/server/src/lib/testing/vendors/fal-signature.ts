import type { CallBackChange } from "./fake-vendor.js";

/** The keys of the published test 1 of Ed25519. @see https://www.rfc-editor.org/rfc/rfc8032#section-7.1 */
const privateKey = { kty: "OKP", crv: "Ed25519", d: "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A" };
const publicKey = { kty: "OKP", crv: "Ed25519", x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" };

/** The account that the fake vendor's call-backs name. */
const falUserId = "user-1";

/** What fal answers at `/.well-known/jwks.json`. */
export const falKeySet = { keys: [publicKey] };

/** Signs a call-back as fal does, and returns the headers that go with its body. */
export async function signFalWebhook(
  body: string,
  id: string,
  { forged = false, timestamp = Date.now() }: CallBackChange,
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
  throw new Error("Ed25519 has pairs of keys.");
}

function toHex(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
