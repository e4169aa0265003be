import type { EndedStore } from "../../ports/ended-store.js";
import { toGeneration } from "./generation-row.js";
import type { Session } from "./session.js";
import { getEndedStatement } from "./statements/ended.js";

/** What the host is told of ends. */
export function endedCommands(session: Session): EndedStore {
  return {
    async getEnded({ id }) {
      const [row] = await session.read(getEndedStatement, { id });
      if (row === undefined) return null;
      return {
        generation: toGeneration(row),
        isDeleted: row.deleted_at !== null,
        // Written by the statement itself.
        costs: JSON.parse(String(row.costs)),
      };
    },
  };
}
