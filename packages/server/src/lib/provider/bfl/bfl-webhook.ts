import { fromHex, toHex } from "../../bytes/hex.js";
import { asRecord } from "../../json/as-record.js";
import type { RawWebhook, WebhookFacts } from "../../ports/provider.js";
import { jsonOf } from "../kit/request/vendor-json.js";

const maxIdLength = 200;
const maxStatusLength = 40;
/** Timestamps in seconds are below this until the year 5138; timestamps in milliseconds are above it since 1973. */
const minMilliseconds = 100_000_000_000;

/** Webhook secret of one attempt, derived from the API key and the attempt's token, so that no secret is stored. */
export async function webhookSecret(apiKey: string, token: string): Promise<string> {
  const signature = await crypto.subtle.sign("HMAC", await importKey(apiKey), encode(`safelight-webhook.1.${token}`));
  return toHex(new Uint8Array(signature));
}

/**
 * Verifies a webhook: HMAC-SHA-256 over the raw body, in `x-bfl-signature`. BFL's documentation contradicts itself about
 * the signature, so a webhook without that header only triggers a poll, as `Provider.verifyWebhook` allows.
 *
 * @param options.now epoch milliseconds, for a webhook without a timestamp.
 * @returns `null` if it is forged or names no job.
 * @see https://github.com/black-forest-labs/skills (2026-11)
 */
export async function bflWebhook(
  { body, headers, token }: RawWebhook,
  { apiKey, now }: { readonly apiKey: string; readonly now: number },
): Promise<WebhookFacts | null> {
  const { id, state, status = state, timestamp } = asRecord(jsonOf({ body }));
  if (typeof id !== "string" || id === "" || id.length > maxIdLength) return null;
  const sentAt = toMilliseconds(timestamp) ?? now;
  const signature = headers.get("x-bfl-signature");
  // The prefix keeps an unsigned webhook from blocking the signed one that follows. The id ignores the body, because the
  // sender of an unsigned webhook could vary it for unlimited deliveries.
  if (signature === null) return { deliveryId: `unsigned:${id}`, requestId: id, timestamp: sentAt };
  const bytes = signature.startsWith("sha256=") ? fromHex(signature.slice("sha256=".length), 32) : null;
  if (bytes === null || token === undefined) return null;
  const secret = await importKey(await webhookSecret(apiKey, token));
  // A copy, because bytes from the network may be in shared memory.
  if (!(await crypto.subtle.verify("HMAC", secret, bytes, Uint8Array.from(body)))) return null;
  const operation = { id, pollingUrl: null, acceptedAt: now };
  const deliveryId = `${id}:${String(status).slice(0, maxStatusLength)}`;
  return { deliveryId, requestId: id, timestamp: sentAt, operation };
}

/** Parses an ISO date, or seconds or milliseconds since the epoch; `null` for anything else. */
function toMilliseconds(timestamp: unknown): number | null {
  if (typeof timestamp === "number") return timestamp < minMilliseconds ? timestamp * 1_000 : timestamp;
  if (typeof timestamp !== "string") return null;
  // A date without a time zone is UTC.
  const at = Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/i.test(timestamp) ? timestamp : `${timestamp}Z`);
  return Number.isNaN(at) ? null : at;
}

function importKey(secret: string): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", encode(secret), { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);
}

function encode(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
