import { decodeBase64, toBase64 } from "../bytes/base64.js";
import { concatBytes } from "../bytes/concat-bytes.js";
import type { RawWebhook } from "../ports/provider.js";

/** The headers of a delivery whose signature is valid. */
export interface StandardWebhook {
  /** Stays the same when the vendor sends the delivery again. */
  readonly id: string;
  /** Signing time, in epoch milliseconds. The caller checks that it is recent. */
  readonly timestamp: number;
}

/** A delivery to sign. */
export interface UnsignedWebhook extends StandardWebhook {
  readonly body: string;
}

/** A delivery carries a few signatures during a secret rotation. More are ignored, because each costs CPU time. */
const maxSignatures = 8;
const minSecretBytes = 16;
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/**
 * Verifies a webhook that is signed by the Standard Webhooks scheme (HMAC-SHA-256 in the headers `webhook-id`,
 * `webhook-timestamp` and `webhook-signature`), which Replicate and OpenAI use. Compares in constant time.
 *
 * @param secrets the accepted secrets, each as the vendor shows it: `whsec_` and base64.
 * @returns `null` when none of the secrets made any of the signatures.
 * @throws {TypeError} for a malformed secret.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md (2026-11-25)
 */
export async function verifyStandardWebhook(
  { headers, body }: Pick<RawWebhook, "headers" | "body">,
  secrets: readonly string[],
): Promise<StandardWebhook | null> {
  const keys = await Promise.all(secrets.map(importSecret));
  const id = headers.get("webhook-id") ?? "";
  const seconds = headers.get("webhook-timestamp") ?? "";
  // Digits only: the signature covers this text, so it must have a single meaning.
  if (id === "" || !/^\d{1,11}$/.test(seconds)) return null;
  const signed = toSigned({ id, seconds, body });
  const signatures = (headers.get("webhook-signature") ?? "").split(" ").slice(0, maxSignatures);
  const verdicts = signatures.flatMap((text) => {
    const signature = toSignature(text);
    if (signature === null) return [];
    return keys.map((key) => crypto.subtle.verify("HMAC", key, signature, signed));
  });
  if (!(await Promise.all(verdicts)).includes(true)) return null;
  return { id, timestamp: Number(seconds) * 1_000 };
}

/**
 * Signs a delivery as a vendor does: for webhooks to the host, and for tests.
 *
 * @returns the headers of the delivery.
 * @throws {TypeError} for a malformed secret.
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
    "webhook-signature": `v1,${toBase64(signature)}`,
  };
}

/** Uses the raw bytes of the body: parsed and serialized again, JSON has other bytes. */
function toSigned(parts: { readonly id: string; readonly seconds: string; readonly body: Uint8Array }) {
  const head = new TextEncoder().encode(`${parts.id}.${parts.seconds}.`);
  return concatBytes(head, parts.body);
}

/** `null` for an unknown version: a delivery may carry one next to a `v1` signature. */
function toSignature(text: string): Uint8Array<ArrayBuffer> | null {
  const [version, value = ""] = text.split(",", 2);
  return version === "v1" && value !== "" ? fromBase64(value) : null;
}

function importSecret(secret: string): Promise<CryptoKey> {
  const bytes = fromBase64(secret.replace(/^whsec_/, ""));
  if (bytes === null || bytes.byteLength < minSecretBytes) {
    throw new TypeError("Invalid webhook secret: copy it from the vendor, as whsec_ and base64.");
  }
  return crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);
}

/** `null` also if the unused bits of the last character are set, so that a signature has one encoding only. */
function fromBase64(text: string): Uint8Array<ArrayBuffer> | null {
  const bytes = base64.test(text) ? decodeBase64(text) : null;
  return bytes !== null && toBase64(bytes) === text ? bytes : null;
}
