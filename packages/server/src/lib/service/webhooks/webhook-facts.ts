import type { Json } from "@safelight/client/contract";
import { toOperation } from "../../json/operation-json.js";
import type { WebhookFacts } from "../../ports/provider.js";

/** Max length of a stored id. */
const maxIdLength = 255;

/** The facts of a webhook. `operation` is `null` when it names none, and `undefined` when it cannot be stored. */
export type ParsedWebhookFacts = Omit<WebhookFacts, "operation"> & { readonly operation: Json | undefined };

/**
 * Parses the result of a provider's `verifyWebhook`. Hosts write providers too, so its type is not guaranteed at run time.
 *
 * @returns `null` when the webhook is not verified, or the result is malformed.
 */
export function parseWebhookFacts(result: unknown): ParsedWebhookFacts | null {
  if (typeof result !== "object" || result === null) return null;
  const { deliveryId, requestId, timestamp, operation }: Readonly<Record<string, unknown>> = { ...result };
  if (!isId(deliveryId) || !isId(requestId) || typeof timestamp !== "number") return null;
  return { deliveryId, requestId, timestamp, operation: toOperation(operation) };
}

function isId(value: unknown): value is string {
  return typeof value === "string" && value !== "" && value.length <= maxIdLength;
}
