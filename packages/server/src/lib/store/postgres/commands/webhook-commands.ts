import type { WebhookStore } from "../../../ports/store/webhook-store.js";
import { webhookArguments } from "../../arguments/webhook-arguments.js";
import { toAttempt } from "../../rows/generation-row.js";
import { toWebhookVerdict } from "../../rows/webhook-verdict.js";
import { recordWebhook } from "../functions/worker/record-webhook.js";
import { findAttempt } from "../reads/ended.js";
import type { Session } from "./session.js";

export const webhookFunctions = [recordWebhook];

/** Commands of providers' webhooks. */
export function webhookCommands(session: Session): WebhookStore {
  return {
    async findAttempt({ attempt, generationId }) {
      const [row] = (await session.read(findAttempt, { id: generationId, attempt })).attempt;
      const found = row === undefined ? null : toAttempt(row);
      return row !== undefined && found !== null ? { model: row.model, attempt: found } : null;
    },

    async recordWebhook(command) {
      const args = { ...webhookArguments(command), token: session.createToken() };
      return toWebhookVerdict(await session.call(recordWebhook, args));
    },
  };
}
