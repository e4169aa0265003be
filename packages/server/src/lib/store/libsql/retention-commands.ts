import type { RetentionStore } from "../../ports/retention-store.js";
import type { Session } from "./session.js";
import { findEndedStatement, purgeGenerationsStatements } from "./statements/retention.js";

/** What is kept for a time only. */
export function retentionCommands(session: Session): RetentionStore {
  return {
    async purgeGenerations({ endedForMs, limit }) {
      const found = await session.read(findEndedStatement, { endedForMs, limit });
      const due = found.slice(0, limit).filter((row) => Number(row.due_in_ms) <= 0);
      const next = found[due.length];
      const nextInMs = next === undefined ? null : Math.max(Number(next.due_in_ms), 0);
      if (due.length === 0) return { ownerIds: [], nextInMs };
      const ids = JSON.stringify(due.map(({ id }) => id));
      const owners = await session.write(purgeGenerationsStatements, { ids });
      return { ownerIds: owners.map((row) => String(row.owner_id)), nextInMs };
    },
  };
}
