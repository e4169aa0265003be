import type { Context } from "hono";
import { type VerifiedWebhook, verifyWebhook } from "../../service/webhooks/verify-webhook.js";
import { readBody } from "./read-body.js";
import type { RouterEnv, RouterOptions } from "./router-context.js";

/** Largest body of a call-back. Whatever is more, the vendor can be asked for. */
const maxWebhookBytes = 1_048_576;

/**
 * Finds out whether a vendor calls back. Neither cookies nor the host's `identify` have a part in it.
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
