import type { Json } from "@safelight/client/contract";
import { signStandardWebhook } from "../../src/lib/signing/standard-webhooks.js";

/** The secret of the vendor that tests play. */
export const webhookSecret = `whsec_${btoa("the secret of the vendor of tests")}`;

/** What a vendor says when it calls back. */
export interface WebhookCall {
  /** Below the base path of the router. */
  readonly path: string;
  readonly init: RequestInit;
}

/** What a test changes about a call-back; whatever it leaves out is as it should be. */
export interface WebhookChange {
  readonly id?: string;
  readonly operation?: Json;
  /** Epoch milliseconds. */
  readonly timestamp?: number;
  readonly secret?: string;
}

/**
 * A call-back of the vendor that `scriptedProvider` stands for.
 *
 * @param url what the provider was given.
 * @param job of the operation that it is about.
 */
export async function webhookCall(
  url: string | undefined,
  job: Json,
  { id = "msg_1", operation, timestamp = Date.now(), secret = webhookSecret }: WebhookChange = {},
): Promise<WebhookCall> {
  if (url === undefined) throw new Error("The provider was given no URL.");
  const body = JSON.stringify({ job, ...(operation !== undefined && { operation }) });
  const headers = await signStandardWebhook({ id, timestamp, body }, secret);
  return { path: url.replace(/^.*(?=\/webhooks\/)/, ""), init: { method: "POST", headers, body } };
}
