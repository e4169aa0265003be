import type { Store } from "../../../ports/store/store.js";
import { toOutboxItem } from "../../rows/outbox-item.js";
import { claimOutbox } from "../functions/outbox/claim-outbox.js";
import { confirmOutbox } from "../functions/outbox/confirm-outbox.js";
import { dropUnclaimedOutbox } from "../functions/outbox/drop-unclaimed-outbox.js";
import { failOutbox } from "../functions/outbox/fail-outbox.js";
import { recordJobCancel } from "../functions/outbox/record-job-cancel.js";
import { findOutbox, findUnclaimed } from "../reads/outbox.js";
import type { StatementRunner } from "./statement-runner.js";

export const outboxFunctions = [claimOutbox, confirmOutbox, failOutbox, dropUnclaimedOutbox, recordJobCancel];

export function outboxCommands(
  runner: StatementRunner,
): Pick<Store, "claimOutbox" | "confirmOutbox" | "failOutbox" | "dropUnclaimedOutbox" | "recordJobCancel"> {
  return {
    async claimOutbox({ leaseMs, limit, models, topics }) {
      const known = { models: JSON.stringify(models), topics: JSON.stringify(topics) };
      const { due, tooFar } = await runner.read(findOutbox, { ...known, limit });
      const found = [...due, ...tooFar].slice(0, limit);
      if (found.length === 0) return [];
      const ids = JSON.stringify(found.map(({ id }) => id));
      const args = { ids, token: runner.createToken(), leaseMs: Math.ceil(leaseMs) };
      return ((await runner.call(claimOutbox, args)) ?? []).map(toOutboxItem);
    },

    async confirmOutbox(command) {
      await runner.call(confirmOutbox, command);
    },

    async failOutbox({ dueInMs = null, ...command }) {
      await runner.call(failOutbox, { ...command, dueInMs: dueInMs === null ? null : Math.ceil(dueInMs) });
    },

    async recordJobCancel(command) {
      await runner.call(recordJobCancel, command);
    },

    async dropUnclaimedOutbox({ limit, models, topics }) {
      const known = { models: JSON.stringify(models), topics: JSON.stringify(topics) };
      const { items } = await runner.read(findUnclaimed, { ...known, limit });
      if (items.length === 0) return [];
      const ids = JSON.stringify(items.map(({ id }) => id));
      const kept = new Set(await runner.call(dropUnclaimedOutbox, { ids }));
      return items.filter(({ id }) => !kept.has(id)).map(({ topic }) => topic);
    },
  };
}
