import type { WebhookVerdict } from "../../ports/store/webhook-store.js";
import type { VerifiedWebhook, WebhookContext } from "./verify-webhook.js";

/**
 * Records a verified call-back as what it is, a hint: the provider is asked next, and its answer decides. One that is
 * about another job than the attempt's is `unmatched`, and leaves nothing.
 */
export async function recordWebhook(context: WebhookContext, webhook: VerifiedWebhook): Promise<WebhookVerdict> {
  if (!webhook.isOwnJob) return "unmatched";
  const { deliveryId, hint, target } = webhook;
  const { attempt, generationId } = target;
  context.onCrashPoint?.("P10");
  const verdict = await context.store.recordWebhook({ generationId, attempt, deliveryId, hint });
  context.onCrashPoint?.("P11");
  // What is left to cancel is due now, too.
  if (verdict !== "duplicate") context.dispatcher.enqueue({ generationId, dueInMs: 0 });
  return verdict;
}
