import type { Context } from "hono";
import { type VerifiedWebhook, verifyWebhook } from "../../service/webhooks/verify-webhook.js";
import type { RouterEnv, RouterOptions } from "./router-context.js";
import type { SmallBodies } from "./small-bodies.js";

/** Max size of a webhook body. The poll that follows reads larger results. */
export const maxWebhookBytes = 1_048_576;

/**
 * Reads and verifies a vendor's webhook. Does not use cookies or the host's `identify`.
 *
 * @throws {ServiceError} not_found, webhook_invalid, payload_too_large, malformed_request, timeout, rate_limited, unavailable
 */
export function readVerifiedWebhook(
  c: Context<RouterEnv>,
  { service, bodies }: Pick<RouterOptions, "service"> & { readonly bodies: SmallBodies },
): Promise<VerifiedWebhook> {
  const { headers, method } = c.req.raw;
  const token = c.req.param("token") ?? "";
  return verifyWebhook(service, {
    providerId: c.req.param("provider") ?? "",
    token,
    method,
    headers,
    readBody: () => bodies.read(c, { ownerId: `webhook:${token}`, maxBytes: maxWebhookBytes, acceptsText: false }),
  });
}
