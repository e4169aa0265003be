import { recordWebhook } from "../../service/webhooks/record-webhook.js";
import { type RouterOptions, responseContext } from "../request/router-context.js";
import type { Handlers } from "./handlers.js";

/** Handler of verified webhooks. */
export function webhookHandlers({ service }: RouterOptions): Pick<Handlers, "webhook"> {
  return {
    webhook: [
      async (c) => {
        const verdict = await recordWebhook(service, c.var.webhook);
        return responseContext(c).json({}, verdict === "unmatched" ? 202 : 200);
      },
    ],
  };
}
