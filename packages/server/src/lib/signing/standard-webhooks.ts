import type { RawWebhook } from "../ports/provider.js";

/** What a delivery's headers say, once its signature holds. */
export interface StandardWebhook {
  /** The same at every repeat of one delivery. */
  readonly id: string;
  /** When it was signed, in epoch milliseconds. Whether that is recent is for the router to decide. */
  readonly timestamp: number;
}

/** A delivery to be signed. */
export interface UnsignedWebhook extends StandardWebhook {
  readonly body: string;
}

/** While a secret is replaced, a delivery carries a few signatures; more would only make us work. */
const mostSignatures = 8;
const shortestSecretBytes = 16;
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/**
 * Verifies a call-back that is signed as by Standard Webhooks (HMAC-SHA-256 in the headers `webhook-id`,
 * `webhook-timestamp` and `webhook-signature`), as Replicate and OpenAI do. Takes the same time wherever a signature
 * differs.
 *
 * @param secrets any of which may have signed, each as the vendor shows it: `whsec_` and base64.
 * @returns `null` when none did.
 * @throws {TypeError} for a secret that is none.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md (2026-11-25)
 */
export async function verifyStandardWebhook(
  { headers, body }: Pick<RawWebhook, "headers" | "body">,
  secrets: readonly string[],
): Promise<StandardWebhook | null> {
  const keys = await Promise.all(secrets.map(importSecret));
  const id = headers.get("webhook-id") ?? "";
  const seconds = headers.get("webhook-timestamp") ?? "";
  // Neither a sign nor a fraction: what is signed is this text, and it must have one meaning only.
  if (id === "" || !/^\d{1,11}$/.test(seconds)) return null;
  const signed = toSigned({ id, seconds, body });
  const signatures = (headers.get("webhook-signature") ?? "").split(" ").slice(0, mostSignatures);
  const verdicts = signatures.flatMap((text) => {
    const signature = toSignature(text);
    if (signature === null) return [];
    return keys.map((key) => crypto.subtle.verify("HMAC", key, signature, signed));
  });
  if (!(await Promise.all(verdicts)).includes(true)) return null;
  return { id, timestamp: Number(seconds) * 1_000 };
}

/**
 * Signs a delivery as a vendor would: for tests that play one.
 *
 * @returns the headers that go with the body.
 * @throws {TypeError} for a secret that is none.
 */
export async function signStandardWebhook(
  { id, timestamp, body }: UnsignedWebhook,
  secret: string,
): Promise<Readonly<Record<string, string>>> {
  const seconds = String(Math.floor(timestamp / 1_000));
  const signed = toSigned({ id, seconds, body: new TextEncoder().encode(body) });
  const signature = new Uint8Array(await crypto.subtle.sign("HMAC", await importSecret(secret), signed));
  return {
    "webhook-id": id,
    "webhook-timestamp": seconds,
    "webhook-signature": `v1,${btoa(String.fromCharCode(...signature))}`,
  };
}

/** The very bytes: parsing and writing JSON again gives others. */
function toSigned(parts: { readonly id: string; readonly seconds: string; readonly body: Uint8Array }) {
  const head = new TextEncoder().encode(`${parts.id}.${parts.seconds}.`);
  const bytes = new Uint8Array(head.byteLength + parts.body.byteLength);
  bytes.set(head);
  bytes.set(parts.body, head.byteLength);
  return bytes;
}

/** `null` for other versions: they may come beside the one that we know. */
function toSignature(text: string): Uint8Array<ArrayBuffer> | null {
  const [version, value = ""] = text.split(",", 2);
  return version === "v1" && value !== "" ? fromBase64(value) : null;
}

function importSecret(secret: string): Promise<CryptoKey> {
  const bytes = fromBase64(secret.replace(/^whsec_/, ""));
  if (bytes === null || bytes.byteLength < shortestSecretBytes) {
    throw new TypeError("A webhook secret is base64, mostly after whsec_. Copy it as the vendor shows it.");
  }
  return crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);
}

/** `null` also where the unused bits of the last letter are set: a signature has one spelling. */
function fromBase64(text: string): Uint8Array<ArrayBuffer> | null {
  const binary = base64.test(text) ? atob(text) : null;
  if (binary === null || btoa(binary) !== text) return null;
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
