import type { RetentionStore } from "../../../ports/store/retention-store.js";
import { type EndedRow, toPurge } from "../../rows/ended-rows.js";
import { findEndedStatement, purgeGenerationsStatements } from "../statements/retention.js";
import type { StatementRunner } from "./statement-runner.js";

/** Deletes data whose retention period has ended. */
export function retentionCommands(runner: StatementRunner): RetentionStore {
  return {
    async purgeGenerations({ endedForMs, limit }) {
      const found = await runner.read(findEndedStatement, { endedForMs, limit });
      // The cast is safe: the statement selects these columns.
      const { ids, nextInMs } = toPurge(found as unknown as readonly EndedRow[], limit);
      if (ids.length === 0) return { ownerIds: [], teamIds: [], nextInMs };
      const rows = await runner.write(purgeGenerationsStatements, { ids: JSON.stringify(ids) });
      const ownerIds = new Set(rows.map((row) => String(row.owner_id)));
      const teamIds = new Set(rows.flatMap((row) => (row.team_id === null ? [] : [String(row.team_id)])));
      return { ownerIds: [...ownerIds], teamIds: [...teamIds], nextInMs };
    },
  };
}
