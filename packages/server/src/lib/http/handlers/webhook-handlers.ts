import { recordWebhook } from "../../service/webhooks/record-webhook.js";
import { responseContext } from "../request/router-context.js";
import type { Handlers } from "./handlers.js";

/** Handler of verified webhooks. */
export function webhookHandlers(): Pick<Handlers, "webhook"> {
  return {
    webhook: [
      async (c) => {
        const verdict = await recordWebhook(c.var.service, c.var.webhook);
        return responseContext(c).json({}, verdict === "unmatched" ? 202 : 200);
      },
    ],
  };
}
