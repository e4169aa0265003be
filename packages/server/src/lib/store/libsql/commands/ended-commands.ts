import type { AttemptCost, EndedStore } from "../../../ports/store/ended-store.js";
import { toGeneration } from "../rows/generation-row.js";
import { type AttemptCosts, getEndedStatement } from "../statements/ended.js";
import type { Session } from "./session.js";

/** Reads ended generations for announcements to the host. */
export function endedCommands(session: Session): EndedStore {
  return {
    async getEnded({ id }) {
      const [row] = await session.read(getEndedStatement, { id });
      if (row === undefined) return null;
      return {
        generation: toGeneration(row),
        isDeleted: row.deleted_at !== null,
        costs: toCosts(String(row.costs)),
      };
    },
  };
}

function toCosts(json: string): readonly AttemptCost[] {
  // The statement builds this JSON.
  const attempts = JSON.parse(json) as readonly AttemptCosts[];
  return attempts.flatMap(({ costs, providerId }) => costs.map((cost) => ({ providerId, ...cost })));
}
