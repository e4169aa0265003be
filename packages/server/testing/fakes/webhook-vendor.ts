import type { Json } from "@safelight/client/contract";
import { signStandardWebhook } from "../../src/lib/signing/standard-webhooks.js";

/** The webhook secret of the fake vendor. */
export const webhookSecret = `whsec_${btoa("the secret of the vendor of tests")}`;

/** A webhook as an HTTP request. */
export interface WebhookCall {
  /** Path below the router's base path. */
  readonly path: string;
  readonly init: RequestInit;
}

/** Changes to a valid webhook. */
export interface WebhookChange {
  readonly id?: string;
  readonly operation?: Json;
  /** Epoch milliseconds. */
  readonly timestamp?: number;
  readonly secret?: string;
}

/**
 * Builds a signed webhook of the vendor behind `scriptedProvider`.
 *
 * @param url the webhook URL of the submit request.
 * @param job the operation's `job`.
 */
export async function webhookCall(
  url: string | undefined,
  job: Json,
  { id = "msg_1", operation, timestamp = Date.now(), secret = webhookSecret }: WebhookChange = {},
): Promise<WebhookCall> {
  if (url === undefined) throw new Error("The submit request has no webhook URL.");
  const body = JSON.stringify({ job, ...(operation !== undefined && { operation }) });
  const headers = await signStandardWebhook({ id, timestamp, body }, secret);
  return { path: url.replace(/^.*(?=\/webhooks\/)/, ""), init: { method: "POST", headers, body } };
}
