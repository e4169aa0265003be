import { recordWebhook } from "../service/record-webhook.js";
import type { Handlers } from "./handlers.js";
import { type RouterOptions, replyOf } from "./router-context.js";

/** What vendors say, once they are known to have said it. */
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
