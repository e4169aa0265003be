import type { RecordWebhookCommand } from "../../ports/store/webhook-store.js";
import { toJson } from "../rows/generation-row.js";

/** Named arguments of a recorded webhook. */
export function webhookArguments({ attempt, deliveryId, generationId, operationHint }: RecordWebhookCommand) {
  return { id: generationId, attempt, deliveryId, operationHint: toJson(operationHint) };
}
