import type { Json } from "@safelight/client/contract";
import type { WebhookFacts } from "../ports/provider.js";

/** Longest id that is kept. */
const longestId = 255;

/**
 * Reads what a provider found in a call-back. Providers are written by hosts too, and types do not hold at run time.
 *
 * @returns `null` when it verified nothing, or what it says cannot be understood.
 */
export function parseWebhookFacts(answer: unknown): (WebhookFacts & { readonly operation: Json }) | null {
  if (typeof answer !== "object" || answer === null) return null;
  const { deliveryId, requestId, timestamp, operation }: Readonly<Record<string, unknown>> = { ...answer };
  if (!isId(deliveryId) || !isId(requestId) || typeof timestamp !== "number") return null;
  return { deliveryId, requestId, timestamp, operation: toJson(operation) };
}

function isId(value: unknown): value is string {
  return typeof value === "string" && value !== "" && value.length <= longestId;
}

/** A handle that could not be stored is as good as none. */
function toJson(operation: unknown): Json {
  try {
    const text: string | undefined = JSON.stringify(operation);
    return text === undefined ? null : JSON.parse(text);
  } catch {
    return null;
  }
}
