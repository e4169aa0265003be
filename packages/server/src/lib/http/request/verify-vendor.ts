import type { Context } from "hono";
import { type VerifiedWebhook, verifyWebhook } from "../../service/webhooks/verify-webhook.js";
import { readBody } from "./read-body.js";
import type { RouterEnv, RouterOptions } from "./router-context.js";

/** Max size of a webhook body. The poll that follows reads larger results. */
const maxWebhookBytes = 1_048_576;

/**
 * Verifies a vendor's webhook. Does not use cookies or the host's `identify`.
 *
 * @throws {ServiceError} not_found, webhook_invalid, payload_too_large, malformed_request, unavailable
 */
export function verifyVendor(
  c: Context<RouterEnv>,
  { service }: Pick<RouterOptions, "service">,
): Promise<VerifiedWebhook> {
  const { headers, method } = c.req.raw;
  return verifyWebhook(service, {
    providerId: c.req.param("provider") ?? "",
    token: c.req.param("token") ?? "",
    method,
    headers,
    readBody: () => readBody(c, { maxBytes: maxWebhookBytes }),
  });
}
