import type { WebhookVerdict } from "../../ports/store/webhook-store.js";
import type { VerifiedWebhook, WebhookContext } from "./verify-webhook.js";

/**
 * Records a verified webhook as a hint, and makes the generation due: the worker polls the provider, and uses the result
 * of that poll. A webhook for another job than the attempt's is `unmatched`, and is not recorded.
 */
export async function recordWebhook(context: WebhookContext, webhook: VerifiedWebhook): Promise<WebhookVerdict> {
  if (!webhook.isOwnJob) return "unmatched";
  const { deliveryId, operationHint, target } = webhook;
  const { attempt, generationId } = target;
  context.onCrashPoint?.("P10");
  const verdict = await context.store.recordWebhook({ generationId, attempt, deliveryId, operationHint });
  context.onCrashPoint?.("P11");
  // Also after `unmatched`: the store may have made a pending cancel of the job due.
  if (verdict !== "duplicate") context.dispatcher.enqueue({ generationId, dueInMs: 0 });
  return verdict;
}
