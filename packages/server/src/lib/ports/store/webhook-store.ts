import type { Json } from "@safelight/client/contract";
import type { AttemptRecord } from "../../generation/generation-record.js";

/** An attempt by its number, with the model that leads to its provider. */
export interface FoundAttempt {
  readonly model: string;
  readonly attempt: AttemptRecord;
}

/** A verified webhook of a provider. */
export interface RecordWebhookCommand {
  readonly generationId: string;
  /** Number of the attempt that the webhook belongs to. */
  readonly attempt: number;
  /** Equal for repeats of one delivery. */
  readonly deliveryId: string;
  /** The job handle in the webhook; `null` if there is none. */
  readonly operationHint: Json;
}

/**
 * `recorded`: poll the provider next. `duplicate`: the delivery was recorded before, and nothing was written.
 * `unmatched`: the attempt is no longer active; the outbox cancels a job that only the webhook names.
 */
export type WebhookVerdict = "recorded" | "duplicate" | "unmatched";

/** Records webhooks of providers. A webhook never sets a state: it only triggers a poll. */
export interface WebhookStore {
  /** `null` if the attempt does not exist. */
  findAttempt(query: { readonly generationId: string; readonly attempt: number }): Promise<FoundAttempt | null>;
  /**
   * Records a delivery once. Keeps its hint on the attempt if the response to the paid request is not recorded yet, and
   * makes the generation due now. Never changes state, epoch or version.
   */
  recordWebhook(command: RecordWebhookCommand): Promise<WebhookVerdict>;
}
