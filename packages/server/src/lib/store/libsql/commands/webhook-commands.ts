import type { WebhookStore } from "../../../ports/store/webhook-store.js";
import { webhookArguments } from "../../arguments/webhook-arguments.js";
import { toAttempt } from "../../rows/generation-row.js";
import { type RecordedWebhookRow, toWebhookVerdict } from "../../rows/webhook-verdict.js";
import { findAttempt } from "../statements/reads.js";
import { recordWebhookStatements } from "../statements/webhooks.js";
import type { StatementRunner } from "./statement-runner.js";

export function webhookCommands(runner: StatementRunner): WebhookStore {
  return {
    async findAttempt({ generationId, attempt }) {
      const [row] = await runner.read(findAttempt, { id: generationId, attempt });
      const found = row === undefined ? null : toAttempt(row);
      return row !== undefined && found !== null ? { model: row.model, attempt: found } : null;
    },

    async recordWebhook(command) {
      const args = { ...webhookArguments(command), token: runner.createToken() };
      const [row] = await runner.write<RecordedWebhookRow>(recordWebhookStatements, args);
      return toWebhookVerdict(row);
    },
  };
}
