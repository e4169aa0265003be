import type { Json } from "@safelight/client/contract";
import type { AttemptRecord } from "../../generation/generation-record.js";

/** An attempt by its number, with what is needed to find its provider. */
export interface FoundAttempt {
  readonly model: string;
  readonly attempt: AttemptRecord;
}

/** A verified call-back of a provider. */
export interface RecordWebhookCommand {
  readonly generationId: string;
  /** Number of the attempt that it belongs to. */
  readonly attempt: number;
  /** The same at every repeat of one delivery. */
  readonly deliveryId: string;
  /** The handle of the job as the call-back names it; `null` when it names none. */
  readonly hint: Json;
}

/**
 * `recorded`: the provider is asked next. `duplicate`: it had come before, and nothing was written. `unmatched`: nobody
 * waits for this attempt any more; a job that is known by the call-back alone is left to be canceled.
 */
export type WebhookVerdict = "recorded" | "duplicate" | "unmatched";

/** What call-backs of providers leave in the rows. None of it is a state: a call-back is a hint to ask. */
export interface WebhookStore {
  /** `null` when there is no such attempt. */
  findAttempt(query: { readonly generationId: string; readonly attempt: number }): Promise<FoundAttempt | null>;
  /**
   * Records a delivery once: keeps its hint on the attempt if the reply to the paid request is not there yet, and makes
   * the generation due now. Changes neither state nor epoch nor version, whenever it comes.
   */
  recordWebhook(command: RecordWebhookCommand): Promise<WebhookVerdict>;
}
