import { recordWebhook } from "../../service/webhooks/record-webhook.js";
import { type RouterOptions, replyOf } from "../request/router-context.js";
import type { Handlers } from "./handlers.js";

/** Handler of verified webhooks. */
export function webhookHandlers({ service }: RouterOptions): Pick<Handlers, "webhook"> {
  return {
    webhook: [
      async (c) => {
        const verdict = await recordWebhook(service, c.var.webhook);
        return replyOf(c).json({}, verdict === "unmatched" ? 202 : 200);
      },
    ],
  };
}
