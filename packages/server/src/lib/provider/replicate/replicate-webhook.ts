import { asRecord } from "../../json/as-record.js";
import type { RawWebhook, WebhookFacts } from "../../ports/provider.js";
import { verifyStandardWebhook } from "../../signing/standard-webhooks.js";
import { type CachedKeys, createCachedKeys } from "../kit/request/cached-keys.js";
import { jsonOf } from "../kit/request/vendor-json.js";
import { type VendorRequest, vendorRequest } from "../kit/request/vendor-request.js";
import { isPredictionId } from "./replicate-operation.js";

/** Secrets that may have signed a webhook. */
export type ReplicateSecrets = CachedKeys<readonly string[]>;

/** Options of `createReplicateSecrets`. */
export interface ReplicateSecretsOptions {
  /** Secrets from the options; absent to request the account's secret from Replicate. */
  readonly given: readonly string[] | undefined;
  /** Builds the request for the secret. @throws if there is no API key. */
  readonly request: (signal: AbortSignal | undefined) => VendorRequest;
  readonly now: () => number;
}

/** Caches the signing secret. An account has one, which its API key can read. */
export function createReplicateSecrets({ given, request, now }: ReplicateSecretsOptions): ReplicateSecrets {
  if (given !== undefined) return { current: async () => given, newer: async () => null };
  return createCachedKeys({ fetchKeys: async (signal) => [await fetchSecret(request(signal))], now });
}

/**
 * Verifies a webhook of Replicate by Standard Webhooks.
 *
 * @returns `null` if it is forged.
 * @throws if the secret cannot be fetched, or is invalid.
 * @see https://replicate.com/docs/topics/webhooks/verify-webhook (2026-11)
 */
export async function verifyReplicateWebhook(
  webhook: Pick<RawWebhook, "headers" | "body" | "signal">,
  secrets: ReplicateSecrets,
): Promise<Omit<WebhookFacts, "operation"> | null> {
  // An unsigned webhook must not cause a request.
  if (!webhook.headers.has("webhook-signature")) return null;
  const current = await secrets.current(webhook.signal);
  const signed = (await verifyBy(current)) ?? (await verifyBy(await secrets.newer(current, webhook.signal)));
  const id = predictionIdIn(jsonOf(webhook));
  // The limit is the size of the column that stores delivery ids.
  if (signed === null || id === null || signed.id.length > 255) return null;
  return { deliveryId: signed.id, requestId: id, timestamp: signed.timestamp };

  async function verifyBy(candidates: readonly string[] | null) {
    return candidates === null ? null : verifyStandardWebhook(webhook, candidates);
  }
}

/** The body is the prediction; some of Replicate's guides show it in an envelope. */
function predictionIdIn(body: unknown): string | null {
  const { id, data } = asRecord(body);
  const inner = asRecord(data).id;
  if (isPredictionId(inner)) return inner;
  return isPredictionId(id) ? id : null;
}

async function fetchSecret(request: VendorRequest): Promise<string> {
  const result = await vendorRequest(request);
  const { key } = asRecord(result.type === "responded" && result.status === 200 ? jsonOf(result) : null);
  if (typeof key === "string") return key;
  const why = result.type === "responded" ? `status ${result.status}` : result.reason;
  throw new Error(`Could not fetch Replicate's webhook signing secret: ${why}.`);
}
