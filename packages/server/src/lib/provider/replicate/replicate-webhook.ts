import type { RawWebhook, WebhookFacts } from "../../ports/provider.js";
import { verifyStandardWebhook } from "../../signing/standard-webhooks.js";
import { createKeptKeys, type KeptKeys } from "../kit/request/kept-keys.js";
import { fieldsOf, jsonOf } from "../kit/request/vendor-json.js";
import { type VendorRequest, vendorRequest } from "../kit/request/vendor-request.js";
import { isPredictionId } from "./replicate-operation.js";

/** The secrets that may have signed a call-back. */
export type ReplicateSecrets = KeptKeys<readonly string[]>;

/** How the secrets are had. */
export interface ReplicateSecretsOptions {
  /** As the host gave them; absent where Replicate is to be asked. */
  readonly given: readonly string[] | undefined;
  /** The question for the secret. @throws when there is no key to ask with. */
  readonly request: (signal: AbortSignal | undefined) => VendorRequest;
  readonly now: () => number;
}

/** An account has one secret, and tells it to whoever has its key. */
export function createReplicateSecrets({ given, request, now }: ReplicateSecretsOptions): ReplicateSecrets {
  if (given !== undefined) return { current: async () => given, newer: async () => null };
  return createKeptKeys({ ask: async (signal) => [await fetchSecret(request(signal))], now });
}

/**
 * Verifies a call-back of Replicate, by Standard Webhooks.
 *
 * @returns `null` when it is forged.
 * @throws when the secret is not to be had, or is none.
 * @see https://replicate.com/docs/topics/webhooks/verify-webhook (2026-11)
 */
export async function verifyReplicateWebhook(
  webhook: Pick<RawWebhook, "headers" | "body" | "signal">,
  secrets: ReplicateSecrets,
): Promise<Omit<WebhookFacts, "operation"> | null> {
  // What nobody signed is no reason to ask for anything.
  if (!webhook.headers.has("webhook-signature")) return null;
  const current = await secrets.current(webhook.signal);
  const signed = (await verifyBy(current)) ?? (await verifyBy(await secrets.newer(current, webhook.signal)));
  const id = predictionIdIn(jsonOf(webhook));
  // Its id goes where ids of call-backs are kept.
  if (signed === null || id === null || signed.id.length > 255) return null;
  return { deliveryId: signed.id, requestId: id, timestamp: signed.timestamp };

  async function verifyBy(candidates: readonly string[] | null) {
    return candidates === null ? null : verifyStandardWebhook(webhook, candidates);
  }
}

/** The body is the prediction; some guides show it in an envelope. */
function predictionIdIn(body: unknown): string | null {
  const { id, data } = fieldsOf(body);
  const inner = fieldsOf(data).id;
  if (isPredictionId(inner)) return inner;
  return isPredictionId(id) ? id : null;
}

async function fetchSecret(request: VendorRequest): Promise<string> {
  const reply = await vendorRequest(request);
  const { key } = fieldsOf(reply.type === "answered" && reply.status === 200 ? jsonOf(reply) : null);
  if (typeof key === "string") return key;
  const why = reply.type === "answered" ? `it answered ${reply.status}` : reply.reason;
  throw new Error(`Replicate's secret of call-backs is not to be had: ${why}.`);
}
