import { fromHex, toHex } from "../../bytes/hex.js";
import type { RawWebhook, WebhookFacts } from "../../ports/provider.js";
import { fieldsOf, jsonOf } from "../kit/request/vendor-json.js";

const longestId = 200;
const longestStatus = 40;
/** Seconds are smaller than this until the year 5138, and milliseconds are larger since 1973. */
const leastMilliseconds = 100_000_000_000;

/**
 * The secret that one paid request takes with it: another for each attempt, made of what only the host and the vendor
 * know, so that none has to be kept.
 */
export async function webhookSecret(apiKey: string, token: string): Promise<string> {
  const signature = await crypto.subtle.sign("HMAC", await importKey(apiKey), encode(`safelight-webhook.1.${token}`));
  return toHex(new Uint8Array(signature));
}

/**
 * Reads a call-back, signed with HMAC-SHA-256 over the raw body in `x-bfl-signature`. One without that header is taken for
 * no more than a reason to ask, as `Provider.verifyWebhook` allows: the signature is documented at one place of the vendor
 * and missing at another.
 *
 * @param now epoch milliseconds, for a call-back that does not say when it was sent.
 * @returns `null` when it is forged, or is about no job.
 * @see https://github.com/black-forest-labs/skills (2026-11)
 */
export async function bflWebhook(
  { body, headers, token }: RawWebhook,
  apiKey: string,
  now: number,
): Promise<WebhookFacts | null> {
  const { id, state, status = state, timestamp } = fieldsOf(jsonOf({ body }));
  if (typeof id !== "string" || id === "" || id.length > longestId) return null;
  const sentAt = toMilliseconds(timestamp) ?? now;
  const signature = headers.get("x-bfl-signature");
  // With a name of its own, so that it cannot pass for the signed one that comes later, and one name for all: what is not
  // signed says whatever its sender likes, and would be another delivery each time.
  if (signature === null) return { deliveryId: `unsigned:${id}`, requestId: id, timestamp: sentAt };
  const bytes = signature.startsWith("sha256=") ? fromHex(signature.slice("sha256=".length), 32) : null;
  if (bytes === null || token === undefined) return null;
  const secret = await importKey(await webhookSecret(apiKey, token));
  // A plain copy: what came over the network may lie in shared memory.
  if (!(await crypto.subtle.verify("HMAC", secret, bytes, Uint8Array.from(body)))) return null;
  const operation = { id, pollingUrl: null, acceptedAt: now };
  const deliveryId = `${id}:${String(status).slice(0, longestStatus)}`;
  return { deliveryId, requestId: id, timestamp: sentAt, operation };
}

/** An ISO date, or seconds or milliseconds since the epoch; `null` for anything else. */
function toMilliseconds(timestamp: unknown): number | null {
  if (typeof timestamp === "number") return timestamp < leastMilliseconds ? timestamp * 1_000 : timestamp;
  if (typeof timestamp !== "string") return null;
  // Without a zone, the time is taken for UTC, wherever the host is.
  const at = Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/i.test(timestamp) ? timestamp : `${timestamp}Z`);
  return Number.isNaN(at) ? null : at;
}

function importKey(secret: string): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", encode(secret), { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);
}

function encode(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
