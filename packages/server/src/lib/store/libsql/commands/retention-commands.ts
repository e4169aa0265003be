import type { RetentionStore } from "../../../ports/store/retention-store.js";
import type { SqlRow } from "../../rows/sql-row.js";
import { findEndedStatement, purgeGenerationsStatements } from "../statements/retention.js";
import type { Session } from "./session.js";

/** In milliseconds: the confirmed time advances once an hour. */
const unconfirmedMs = 3_600_000;

/** Deletes data whose retention period has ended. */
export function retentionCommands(session: Session): RetentionStore {
  return {
    async purgeGenerations({ endedForMs, limit }) {
      const found = await session.read(findEndedStatement, { endedForMs, limit });
      const due = found.slice(0, limit).filter((row) => row.is_due === 1);
      const next = found[due.length];
      const nextInMs = next === undefined ? null : nextCheckInMs(next);
      if (due.length === 0) return { ownerIds: [], nextInMs };
      const ids = JSON.stringify(due.map(({ id }) => id));
      const owners = await session.write(purgeGenerationsStatements, { ids });
      return { ownerIds: owners.map((row) => String(row.owner_id)), nextInMs };
    },
  };
}

/** A row that has expired only by this process's clock waits for the confirmed time. */
function nextCheckInMs({ due_in_ms, is_due }: SqlRow): number {
  if (is_due === 1) return 0;
  const dueInMs = Number(due_in_ms);
  return dueInMs > 0 ? dueInMs : unconfirmedMs;
}
