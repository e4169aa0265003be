import type { WebhookVerdict } from "../../ports/store/webhook-store.js";

/** Flags are 0 or 1. `recorded`: this command stored the delivery, now or when it was first sent. */
export interface RecordedWebhookRow {
  readonly recorded: number;
  readonly awaited: number;
}

/** @param row absent if the attempt does not exist. */
export function toWebhookVerdict(row: RecordedWebhookRow | null | undefined): WebhookVerdict {
  if (row === null || row === undefined) return "unmatched";
  if (row.recorded !== 1) return "duplicate";
  return row.awaited === 1 ? "recorded" : "unmatched";
}
