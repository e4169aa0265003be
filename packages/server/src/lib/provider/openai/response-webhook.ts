import { asRecord } from "../../json/as-record.js";
import type { RawWebhook, WebhookFacts } from "../../ports/provider.js";
import { verifyStandardWebhook } from "../../signing/standard-webhooks.js";
import { jsonOf } from "../kit/request/vendor-json.js";
import { isResponseId, toOperation } from "./response-operation.js";

/**
 * Verifies a webhook and returns its facts.
 *
 * @returns `null` if it is forged, or is not about a response.
 * @see https://developers.openai.com/api/docs/guides/webhooks (2026-11)
 */
export async function verifyResponseWebhook(
  request: Pick<RawWebhook, "headers" | "body">,
  secrets: readonly string[],
): Promise<WebhookFacts | null> {
  const signed = await verifyStandardWebhook(request, secrets);
  if (signed === null) return null;
  const { data, type } = asRecord(jsonOf(request));
  const { id } = asRecord(data);
  if (typeof type !== "string" || !type.startsWith("response.") || !isResponseId(id)) return null;
  const { id: deliveryId, timestamp } = signed;
  return { deliveryId, timestamp, requestId: id, operation: toOperation(id, timestamp) };
}
