import type { WebhookStore } from "../../../ports/store/webhook-store.js";
import { webhookArguments } from "../../arguments/webhook-arguments.js";
import { toAttempt } from "../../rows/generation-row.js";
import { toWebhookVerdict } from "../../rows/webhook-verdict.js";
import { recordWebhook } from "../functions/webhook/record-webhook.js";
import { findAttempt } from "../reads/webhook.js";
import type { StatementRunner } from "./statement-runner.js";

export const webhookFunctions = [recordWebhook];

export function webhookCommands(runner: StatementRunner): WebhookStore {
  return {
    async findAttempt({ attempt, generationId }) {
      const [row] = (await runner.read(findAttempt, { id: generationId, attempt })).attempt;
      const found = row === undefined ? null : toAttempt(row);
      return row !== undefined && found !== null ? { model: row.model, attempt: found } : null;
    },

    async recordWebhook(command) {
      const args = { ...webhookArguments(command), token: runner.createToken() };
      return toWebhookVerdict(await runner.call(recordWebhook, args));
    },
  };
}
