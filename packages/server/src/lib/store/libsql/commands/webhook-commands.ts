import type { WebhookStore } from "../../../ports/store/webhook-store.js";
import { toAttempt, toJson } from "../../rows/generation-row.js";
import { findAttempt } from "../statements/reads.js";
import { recordWebhookStatements } from "../statements/webhooks.js";
import type { Session } from "./session.js";

/** Commands of providers' webhooks. */
export function webhookCommands(session: Session): WebhookStore {
  return {
    async findAttempt({ generationId, attempt }) {
      const [row] = await session.read(findAttempt, { id: generationId, attempt });
      const found = row === undefined ? null : toAttempt(row);
      return row !== undefined && found !== null ? { model: row.model, attempt: found } : null;
    },

    async recordWebhook({ generationId, attempt, deliveryId, operationHint }) {
      const token = session.createToken();
      const args = { id: generationId, attempt, deliveryId, operationHint: toJson(operationHint), token };
      const [row] = await session.write(recordWebhookStatements, args);
      if (row === undefined) return "unmatched";
      if (row.recorded !== 1) return "duplicate";
      return row.awaited === 1 ? "recorded" : "unmatched";
    },
  };
}
