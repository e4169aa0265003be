import type { Json } from "@safelight/client/contract";
import { toOperation } from "../../json/operation-json.js";
import type { WebhookFacts } from "../../ports/provider.js";

/** Longest id that is kept. */
const maxIdLength = 255;

/** What a call-back says; its operation is `null` when it names none, and `undefined` when it cannot be kept. */
export type ParsedWebhookFacts = Omit<WebhookFacts, "operation"> & { readonly operation: Json | undefined };

/**
 * Reads what a provider found in a call-back. Providers are written by hosts too, and types do not hold at run time.
 *
 * @returns `null` when it verified nothing, or what it says cannot be understood.
 */
export function parseWebhookFacts(answer: unknown): ParsedWebhookFacts | null {
  if (typeof answer !== "object" || answer === null) return null;
  const { deliveryId, requestId, timestamp, operation }: Readonly<Record<string, unknown>> = { ...answer };
  if (!isId(deliveryId) || !isId(requestId) || typeof timestamp !== "number") return null;
  return { deliveryId, requestId, timestamp, operation: toOperation(operation) };
}

function isId(value: unknown): value is string {
  return typeof value === "string" && value !== "" && value.length <= maxIdLength;
}
